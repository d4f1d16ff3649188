"""Policies in the admin: the rules of every day, to be read. A new one comes through a proposal."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from identity.admin.read_only import ReadOnlyAdmin
from lookup.models import PolicyRevision

RULES = (
    "counter",
    "entry_days",
    "alert_1_days",
    "face_needed_for_assisted",
)
DISPLAYS = ("display_for_kin", "display_for_others")
STALE = ("orders_stale_after", "tests_stale_after", "registry_stale_after", "doses_stale_after")
BUDGETS = (
    "assisted_subjects_per_day",
    "third_party_living_results",
    "failures_per_day",
    "failing_numbers_per_prefix",
)
VALUE_FIELDSETS: Any = (
    (_("Rules"), {"fields": RULES}),
    (_("How long a status stays on the screen"), {"fields": DISPLAYS}),
    (_("When data is stale"), {"fields": STALE}),
    (_("Budgets of askers without proof"), {"fields": BUDGETS}),
)
_NEVER_EDITED = _(
    "A policy is never edited or deleted, since it explains the answers given under it. A new one comes "
    "through a proposal, which a second colleague approves."
)


@admin.register(PolicyRevision)
class PolicyRevisionAdmin(ReadOnlyAdmin[PolicyRevision]):
    """The whole rule set, day by day."""

    purpose = _("The rules, day by day. A new one comes through a proposal; none is edited.")

    list_display = ("name", "in_force_from", "note", *RULES, "added_by", "approved_by")
    list_select_related = ("added_by", "proposal__approved_by")
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "in_force_from", "note", "added_by", "approved_by"),
                "description": _NEVER_EDITED,
            },
        ),
        *VALUE_FIELDSETS,
    )

    @admin.display(description=_("approved by"))
    def approved_by(self, revision: PolicyRevision) -> str:
        """Return who approved a rule; the rules of 2022 were there from the beginning."""
        proposal = getattr(revision, "proposal", None)
        return str(proposal.approved_by) if proposal else "-"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds a policy by hand: `lookup.policies.proposals` is the one way in."""
        return False
