"""People on the pages of the admin: masked, and with a link to their file."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from identity.admin.read_only import ReadOnlyAdmin, Row
from identity.models import Person

_PEOPLE = "people_on_this_page"


class PeopleChangeList(ChangeList):
    """A list whose rows name people by key; reads them all at once.

    Not by a join: a row may stand for somebody whom the registry does not know yet.
    """

    model_admin: "WithPeople[Any]"

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows = list(self.result_list)
        people = people_of(rows, *self.model_admin.people_columns)
        for row in rows:
            vars(row)[_PEOPLE] = people
        self.result_list = rows


class WithPeople(ReadOnlyAdmin[Row]):
    """An admin of rows that name people by key, in ``people_columns``."""

    people_columns: ClassVar[tuple[str, ...]] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PeopleChangeList

    def person_shown(self, row: Row, column: str) -> str:
        """Return the person whom a column names, masked and with a link to the file; "-" for nobody."""
        key: UUID | None = getattr(row, column)
        if key is None:
            return "-"
        people: dict[UUID, Person] = vars(row).get(_PEOPLE) or people_of([row], column)
        return link_to_file(key, people.get(key))


def people_of(rows: list[Any], *columns: str) -> dict[UUID, Person]:
    """Return the people whom rows name in some columns, by key; those in no registry are missing."""
    keys = {getattr(row, column) for row in rows for column in columns}
    return Person.objects.in_bulk(keys - {None})


def link_to_file(key: UUID, person: Person | None) -> SafeString | str:
    """Return a masked person with a link to their file."""
    if person is None:
        return _("in no registry: %(key)s…") % {"key": str(key)[:8]}
    return format_html('<a href="{}">{}</a>', reverse("admin:identity_person_change", args=[key]), person)
