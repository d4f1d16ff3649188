"""Policies in the admin: a new row is added for a day to come; a row is never edited or deleted."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.forms.models import model_to_dict
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civil_time import civil_date, next_midnight, start_of
from identity.admin.read_only import ReadOnlyAdmin
from lookup.models import PolicyRevision

_DURATIONS = (
    "orders_stale_after",
    "tests_stale_after",
    "registry_stale_after",
    "doses_stale_after",
    "display_for_kin",
    "display_for_others",
)
_RULES = (
    "counter",
    "entry_days",
    "alert_1_days",
    "face_needed_for_assisted",
)
_BUDGETS = (
    "assisted_subjects_per_day",
    "third_party_living_results",
    "failures_per_day",
    "failing_numbers_per_prefix",
)
_LATEST = timedelta(days=366)
_NEVER_EDITED = _(
    "A policy is added and never edited or deleted, since it explains the answers given under it. Please "
    "check each value: a mistake is mended by another policy for a later day."
)


class PolicyRevisionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A policy for a day to come. Its name is that day, so there is nothing to type twice."""

    def clean_in_force_from(self) -> datetime:
        begins: datetime = self.cleaned_data["in_force_from"]
        if begins != start_of(civil_date(begins)):
            raise forms.ValidationError(
                _("A policy begins at 00:00 in Shanghai. Please set the time to 00:00.")
            )
        now = timezone.now()
        if begins <= now:
            raise forms.ValidationError(
                _(
                    "A policy begins in the future, so that no answer changes afterwards. "
                    "Please choose a later day."
                )
            )
        if begins > now + _LATEST:
            # Nobody could take back a row for the year 2202.
            raise forms.ValidationError(_("A policy begins within a year. Please check the date."))
        return begins

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in _DURATIONS:
            duration = values.get(name)
            if duration is not None and duration <= timedelta():
                self.add_error(name, _("Please give a time longer than zero, such as 06:00:00."))
        return values


@admin.register(PolicyRevision)
class PolicyRevisionAdmin(ReadOnlyAdmin[PolicyRevision]):
    """The whole rule set, day by day."""

    purpose = _("The rules, day by day. Add one for a day to come; none is edited.")

    form = PolicyRevisionForm
    list_display = ("name", "in_force_from", "note", *_RULES, "added_by")
    list_select_related = ("added_by",)
    fieldsets = (
        (None, {"fields": ("in_force_from", "note"), "description": _NEVER_EDITED}),
        (_("Rules"), {"fields": _RULES}),
        (_("How long a status stays on the screen"), {"fields": ("display_for_kin", "display_for_others")}),
        (_("When data is stale"), {"fields": _DURATIONS[:4]}),
        (_("Budgets of askers without proof"), {"fields": _BUDGETS}),
    )
    readonly_fields = ("name", "added_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super(ReadOnlyAdmin, self).has_add_permission(request)

    def get_fieldsets(self, request: HttpRequest, obj: PolicyRevision | None = None) -> Any:
        if obj is None:
            return self.fieldsets
        return ((None, {"fields": ("name", "in_force_from", "note", "added_by")}), *self.fieldsets[1:])

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Prefill with the newest row, so that only what changes has to be typed."""
        newest = PolicyRevision.objects.order_by("-in_force_from").first()
        values = (
            {} if newest is None else model_to_dict(newest, exclude=("id", "name", "note", "in_force_from"))
        )
        first_free_day = next_midnight(timezone.now())
        if newest is not None and newest.in_force_from >= first_free_day:
            first_free_day = next_midnight(newest.in_force_from)
        return {**values, "in_force_from": first_free_day}

    def save_model(self, request: HttpRequest, obj: PolicyRevision, form: Any, change: bool) -> None:
        obj.name = civil_date(obj.in_force_from).isoformat()
        obj.added_by_id = request.user.pk
        super().save_model(request, obj, form, change)
