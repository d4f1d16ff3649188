"""Proposed rules in the admin: propose, dry run, acknowledge, approve. The one way to a new policy."""

from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms.models import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from civil_time import next_midnight
from identity.admin.read_only import ReadOnlyAdmin
from identity.models import User
from lookup.admin.policies import VALUE_FIELDSETS
from lookup.admin.proposal_form import ProposalForm
from lookup.admin.proposal_page import acknowledged_in, proposal_page
from lookup.models import Acknowledgement, PolicyProposal, PolicyRevision
from lookup.policies import dry_run
from lookup.policies.proposals import (
    NOTICE,
    Approved,
    NotApproved,
    NotOpen,
    acknowledge,
    approve,
    newest_run,
    state_of,
    unacknowledged,
    withdraw,
)
from lookup.policy_wording import missing_text, state_text

MAY_DECIDE = "lookup.change_policyproposal"
_HOW = _(
    "Nothing comes into force by this form. A dry run shows whom the rule would hit; whoever is shut out is "
    "acknowledged by name; a second colleague approves, 48 hours ahead."
)

_LOOK_AGAIN_S = 3


@admin.register(PolicyProposal)
class PolicyProposalAdmin(ReadOnlyAdmin[PolicyProposal]):
    """What is on its way into force, and how far each is."""

    form = ProposalForm
    list_display = ("__str__", "note", "state", "made_by", "approved_by", "emergency", "still_unacknowledged")
    list_select_related = ("made_by", "approved_by")
    fieldsets = (
        (None, {"fields": ("in_force_from", "note"), "description": _HOW}),
        *VALUE_FIELDSETS,
        (_("In an emergency"), {"fields": ("emergency_reason",)}),
    )

    @admin.display(description=_("state"))
    def state(self, proposal: PolicyProposal) -> str:
        return str(state_text(state_of(proposal, at=timezone.now())))

    @admin.display(description=_("emergency"), boolean=True)
    def emergency(self, proposal: PolicyProposal) -> bool:
        return proposal.is_emergency

    @admin.display(description=_("groups not acknowledged"))
    def still_unacknowledged(self, proposal: PolicyProposal) -> str:
        """Return how many groups wait for a name; after an emergency they still do."""
        run = newest_run(proposal)
        return "-" if run is None or proposal.withdrawn_at else str(len(unacknowledged(run)))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("lookup.add_policyproposal")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Prefill with the newest rule, for the first free day with enough notice."""
        begins = next_midnight(timezone.now() + NOTICE)
        newest = PolicyRevision.objects.order_by("-in_force_from").first()
        if newest is None:
            return {"in_force_from": begins}
        if newest.in_force_from >= begins:
            begins = next_midnight(newest.in_force_from)
        return model_to_dict(newest, fields=PolicyRevision.value_names()) | {"in_force_from": begins}

    def save_model(self, request: HttpRequest, obj: PolicyProposal, form: Any, change: bool) -> None:
        obj.made_by, obj.made_at = cast("User", request.user), timezone.now()
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: PolicyProposal, post_url_continue: str | None = None
    ) -> HttpResponse:
        messages.success(request, _("Proposed. Please start the dry run now."))
        return _back_to(obj)

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "lookup_policyproposal_{}".format
        return [
            path("<uuid:proposal_id>/dry-run/", view(self.dry_run_view), name=name("dry_run")),
            path("<uuid:proposal_id>/acknowledge/", view(self.acknowledge_view), name=name("acknowledge")),
            path("<uuid:proposal_id>/approve/", view(self.approve_view), name=name("approve")),
            path("<uuid:proposal_id>/withdraw/", view(self.withdraw_view), name=name("withdraw")),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a proposal: what it changes, whom it hits, what is missing, and what can be done now."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        proposal = self.get_object(request, object_id)
        if not self.has_view_permission(request, proposal):
            raise PermissionDenied
        if proposal is None:
            raise Http404
        page = proposal_page(proposal, by=cast("UUID", request.user.pk), at=timezone.now())
        context = {
            **self.admin_site.each_context(request),
            "title": _("A proposed policy"),
            "opts": self.opts,
            "proposal": proposal,
            "page": page,
            "may_decide": request.user.has_perm(MAY_DECIDE),
        }
        response = TemplateResponse(request, "admin/lookup/proposal.html", context)
        if page.running:
            # How far the dry run is, without script.
            response["Refresh"] = str(_LOOK_AGAIN_S)
        return response

    @method_decorator(require_POST)
    def dry_run_view(self, request: HttpRequest, proposal_id: UUID) -> HttpResponse:
        """Put a dry run into the queue."""
        proposal = self._to_decide(request, proposal_id)
        if dry_run.ask_for(proposal, asked_by=cast("UUID", request.user.pk), at=timezone.now()):
            messages.success(request, _("The dry run begins within seconds. This page follows it."))
        else:
            messages.info(request, _("A dry run of this proposal is under way already."))
        return _back_to(proposal)

    @method_decorator(require_POST)
    def acknowledge_view(self, request: HttpRequest, proposal_id: UUID) -> HttpResponse:
        """Put the colleague's name to the chosen groups."""
        proposal = self._to_decide(request, proposal_id)
        run, done, by, at = newest_run(proposal), 0, cast("UUID", request.user.pk), timezone.now()
        chosen = acknowledged_in(request.POST.getlist("group"))
        for hit in unacknowledged(run) if run else ():
            if run and hit.key in chosen:
                text = request.POST.get("text", "")
                done += isinstance(acknowledge(run, hit, text=text, by=by, at=at), Acknowledgement)
        if done:
            self.log_change(request, proposal, "Acknowledged groups that will be shut out.")
            messages.success(request, _("Acknowledged in your name."))
        else:
            messages.error(
                request,
                _("Please choose a group, and write what will be done for them. Nothing was changed."),
            )
        return _back_to(proposal)

    @method_decorator(require_POST)
    def approve_view(self, request: HttpRequest, proposal_id: UUID) -> HttpResponse:
        """Make a policy of a colleague's proposal."""
        proposal = self._to_decide(request, proposal_id)
        outcome = approve(proposal.pk, by=cast("UUID", request.user.pk), at=timezone.now())
        match outcome:
            case Approved():
                self.log_change(request, proposal, "Approved.")
                messages.success(request, _("Approved. It comes into force by itself."))
            case NotApproved(missing=missing):
                for what in missing:
                    messages.error(request, missing_text(what))
        return _back_to(proposal)

    @method_decorator(require_POST)
    def withdraw_view(self, request: HttpRequest, proposal_id: UUID) -> HttpResponse:
        """Take a proposal back."""
        proposal = self._to_decide(request, proposal_id)
        outcome = withdraw(proposal.pk, by=cast("UUID", request.user.pk), at=timezone.now())
        if isinstance(outcome, NotOpen):
            messages.error(request, _("This proposal was approved or withdrawn. Nothing was changed."))
        else:
            self.log_change(request, proposal, "Withdrawn.")
            messages.success(request, _("Withdrawn. The rules stay as they are."))
        return _back_to(proposal)

    def _to_decide(self, request: HttpRequest, proposal_id: UUID) -> PolicyProposal:
        if not request.user.has_perm(MAY_DECIDE):
            raise PermissionDenied
        proposal = PolicyProposal.objects.filter(pk=proposal_id).first()
        if proposal is None:
            raise Http404
        return proposal


def _back_to(proposal: PolicyProposal) -> HttpResponseRedirect:
    answer = HttpResponseRedirect(reverse("admin:lookup_policyproposal_change", args=[proposal.pk]))
    answer.status_code = 303
    return answer
