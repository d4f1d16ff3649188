"""The audit in the admin: to be read, never changed."""

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from civil_time import civil_date
from healthcode.verdict import StatusCode
from identity.admin.people import WithPeople
from identity.models import User
from lookup.admin.codes import used_elsewhere_of
from lookup.admin.replay import replay_view
from lookup.admission import Door, Proof
from lookup.doors import staff
from lookup.models import Lookup
from lookup.wording import door_label, proof_label, status_label

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_DAYS_OFFERED = 14
_ALL_DAYS = "all"


class DayFilter(admin.SimpleListFilter):
    """One Shanghai day, today unless another is chosen: so that the list reads one partition."""

    title = _("day")
    parameter_name = "day"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[Lookup]"
    ) -> "list[tuple[str, str | _StrPromise]]":
        today = civil_date(timezone.now())
        days = [today - timedelta(days=back) for back in range(1, _DAYS_OFFERED)]
        return [(_ALL_DAYS, _("All days kept")), *((day.isoformat(), date_format(day)) for day in days)]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("Today")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Lookup]") -> "QuerySet[Lookup]":
        chosen = self.value()
        if chosen == _ALL_DAYS:
            return queryset
        return queryset.filter(asked_on=_day_or_none(chosen) or civil_date(timezone.now()))


class DoorFilter(admin.SimpleListFilter):
    """The door through which was asked."""

    title = _("door")
    parameter_name = "door"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[Lookup]"
    ) -> "list[tuple[str, str | _StrPromise]]":
        return [(door.value, door_label(door)) for door in Door]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Lookup]") -> "QuerySet[Lookup]":
        chosen = self.value()
        return queryset if chosen is None else queryset.filter(door=chosen)


class StatusFilter(admin.SimpleListFilter):
    """The status that the door gave."""

    title = _("status")
    parameter_name = "status"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[Lookup]"
    ) -> "list[tuple[str, str | _StrPromise]]":
        return [(status.value, status_label(status)) for status in StatusCode]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Lookup]") -> "QuerySet[Lookup]":
        chosen = self.value()
        return queryset if chosen is None else queryset.filter(status=chosen)


@admin.register(Lookup)
class LookupAdmin(WithPeople[Lookup]):
    """Who asked about whom, through which door, and what came of it."""

    purpose = _(
        "Who asked about whom, when and with what outcome, one day at a time. Open a row to see "
        "the facts of its decision."
    )

    people_columns = ("subject_key",)
    list_display = (
        "asked_at",
        "door_shown",
        "asker_shown",
        "subject_shown",
        "proof_shown",
        "outcome",
        "status_shown",
        "shown_status_shown",
        "refusal",
        "replay_link",
    )
    list_filter = (DayFilter, DoorFilter, "outcome", StatusFilter)
    list_select_related = ("asker", "device__site")
    # An id begins with the time of asking, and has an index.
    ordering = ("-id",)
    fields = (
        "asked_at",
        "door_shown",
        "proof_shown",
        "asker_shown",
        "subject_shown",
        "outcome",
        "refusal",
        "status_shown",
        "shown_status_shown",
        "reasons_shown",
        "policy",
        "rules",
        "closes_at",
        "codes_shown",
        "facts_shown",
        "standing_shown",
        "replay_link",
    )

    def get_urls(self) -> "list[URLPattern]":
        view = self.admin_site.admin_view(replay_view)
        return [path("<uuid:lookup_id>/replay/", view, name="lookup_lookup_replay"), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one row. Its facts are about a person, so looking at them leaves a row as well."""
        row = self.get_object(request, object_id)
        if row is not None and row.facts is not None and self.has_view_permission(request, row):
            staff.open_file(cast("User", request.user), row.subject_key, at=timezone.now())
        return super().change_view(request, object_id, form_url, extra_context)

    @admin.display(description=_("door"))
    def door_shown(self, row: Lookup) -> str:
        return str(door_label(Door(row.door)))

    @admin.display(description=_("proof"))
    def proof_shown(self, row: Lookup) -> str:
        return str(proof_label(Proof(row.proof)))

    @admin.display(description=_("asker"))
    def asker_shown(self, row: Lookup) -> str:
        return str(row.asker or row.device or "-")

    @admin.display(description=_("about"))
    def subject_shown(self, row: Lookup) -> str:
        return self.person_shown(row, "subject_key")

    @admin.display(description=_("status"))
    def status_shown(self, row: Lookup) -> str:
        return _status(row.status)

    @admin.display(description=_("status shown"))
    def shown_status_shown(self, row: Lookup) -> str:
        return _status(row.shown_status)

    @admin.display(description=_("reasons"))
    def reasons_shown(self, row: Lookup) -> str:
        return ", ".join(row.reasons) or "-"

    @admin.display(description=_("its code used at a second site"))
    def codes_shown(self, row: Lookup) -> SafeString | str:
        return used_elsewhere_of(row)

    @admin.display(description=_("then and today"))
    def replay_link(self, row: Lookup) -> SafeString | str:
        if row.status == "":
            return "-"
        address = reverse("admin:lookup_lookup_replay", args=[row.id])
        return format_html('<a href="{}">{}</a>', address, _("Replay"))

    @admin.display(description=_("facts used"))
    def facts_shown(self, row: Lookup) -> SafeString | str:
        return _json(row.facts)

    @admin.display(description=_("standing used"))
    def standing_shown(self, row: Lookup) -> SafeString | str:
        return _json(row.standing)


def _day_or_none(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _status(code: str) -> str:
    return str(status_label(StatusCode(code))) if code else "-"


def _json(value: object) -> SafeString | str:
    """Return stored JSON for people to read; it holds no identity (docs/adr/0005)."""
    if value is None:
        return "-"
    return format_html("<pre>{}</pre>", json.dumps(value, ensure_ascii=False, indent=1))
