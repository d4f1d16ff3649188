"""The form of a proposed rule: prefilled with the rule before it, so that only what changes is typed."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civil_time import civil_date, start_of
from lookup.admin.policies import BUDGETS, DISPLAYS, RULES, STALE
from lookup.models import PolicyProposal, PolicyRevision

_LATEST = timedelta(days=366)


class ProposalForm(forms.ModelForm):  # type: ignore[type-arg]
    """A rule for a day to come. Its name is that day, so there is nothing to type twice."""

    class Meta:
        model = PolicyProposal
        fields = ("in_force_from", "note", *RULES, *DISPLAYS, *STALE, *BUDGETS, "emergency_reason")

    def clean_in_force_from(self) -> datetime:
        begins: datetime = self.cleaned_data["in_force_from"]
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
        if PolicyRevision.objects.filter(in_force_from=begins).exists():
            raise forms.ValidationError(_("Another policy begins at that time. Please choose another day."))
        return begins

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in (*DISPLAYS, *STALE):
            duration = values.get(name)
            if duration is not None and duration <= timedelta():
                self.add_error(name, _("Please give a time longer than zero, such as 06:00:00."))
        begins = values.get("in_force_from")
        if begins is not None and not values.get("emergency_reason"):
            if begins != start_of(civil_date(begins)):
                self.add_error(
                    "in_force_from", _("A policy begins at 00:00 in Shanghai. Please set the time to 00:00.")
                )
        elif begins is not None and (begins.second or begins.microsecond):
            self.add_error("in_force_from", _("Please give the time in whole minutes."))
        return values
