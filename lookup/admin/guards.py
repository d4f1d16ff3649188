"""The locks in the admin: to be read. The person or a guardian closes and opens them, never staff."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from identity.admin.people import WithPeople
from lookup.models import AccessLock


@admin.register(AccessLock)
class AccessLockAdmin(WithPeople[AccessLock]):
    """Who is locked against askers without kinship; set and lifted by the person or a guardian."""

    purpose = _(
        "Who is locked against askers without kinship. Only the person or a guardian locks and unlocks."
    )

    people_columns = ("subject_key",)
    list_display = ("locked_at", "subject_shown", "locked_by")
    list_select_related = ("locked_by",)
    ordering = ("-locked_at",)
    fields = ("subject_shown", "locked_at", "locked_by")

    @admin.display(description=_("person"))
    def subject_shown(self, row: AccessLock) -> str:
        return self.person_shown(row, "subject_key")
