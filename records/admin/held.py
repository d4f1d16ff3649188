"""Held pages in the admin: one colleague proposes, another one decides."""

from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from identity.admin.read_only import ReadOnlyAdmin
from identity.models import User
from records.held_pages import (
    NothingProposed,
    NotOpen,
    OwnProposal,
    ProposedAlready,
    Rejected,
    Released,
    decide,
    propose,
    take_back,
    what_they_say,
)
from records.models import HeldPage

MAY_DECIDE = "records.change_heldpage"


@admin.register(HeldPage)
class HeldPageAdmin(ReadOnlyAdmin[HeldPage]):
    """What waits for two colleagues, and what they decided."""

    purpose = gettext_lazy(
        "Pages that would turn too many people adverse at once. One colleague proposes, another one decides."
    )

    list_display = (
        "held_at",
        "source",
        "people",
        "rows",
        "proposal",
        "proposed_by",
        "decided_by",
        "decided_at",
    )
    list_filter = (("decided_at", admin.EmptyFieldListFilter), "source__kind")
    list_select_related = ("source", "proposed_by", "decided_by")
    ordering = ("-held_at",)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:page_id>/propose/", view(self.propose_view), name="records_heldpage_propose"),
            path("<uuid:page_id>/take-back/", view(self.take_back_view), name="records_heldpage_take_back"),
            path("<uuid:page_id>/decide/", view(self.decide_view), name="records_heldpage_decide"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a held page: how many people, what the rows say in common, and what is to be decided."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        page = self.get_object(request, object_id)
        if not self.has_view_permission(request, page):
            raise PermissionDenied
        if page is None:
            raise Http404
        may_decide = request.user.has_perm(MAY_DECIDE) and page.is_open
        context = {
            **self.admin_site.each_context(request),
            "title": _("A held page"),
            "opts": self.opts,
            "page": page,
            "said": what_they_say(page),
            "may_propose": may_decide and not page.proposal,
            "may_decide": may_decide and bool(page.proposal) and page.proposed_by_id != request.user.pk,
            "may_take_back": may_decide and bool(page.proposal),
            "decisions": HeldPage.Decision,
        }
        return TemplateResponse(request, "admin/records/held_page.html", context)

    @method_decorator(require_POST)
    def propose_view(self, request: HttpRequest, page_id: UUID) -> HttpResponse:
        """Propose to release or to reject."""
        page, decision = self._to_decide(request, page_id), _decision(request)
        if decision is None:
            messages.error(request, _("Please choose release or reject. Nothing was changed."))
            return _back_to(page)
        outcome = propose(page, decision, colleague=cast("User", request.user), at=timezone.now())
        if isinstance(outcome, HeldPage):
            self.log_change(request, page, f"Proposed: {decision.value}.")
            messages.success(request, _("Proposed. Another colleague has to decide now."))
        else:
            messages.error(request, _refused_text(outcome))
        return _back_to(page)

    @method_decorator(require_POST)
    def take_back_view(self, request: HttpRequest, page_id: UUID) -> HttpResponse:
        """Take a proposal back."""
        page = self._to_decide(request, page_id)
        outcome = take_back(page)
        if isinstance(outcome, HeldPage):
            self.log_change(request, page, "Took the proposal back.")
            messages.success(request, _("The proposal is taken back. The page waits as before."))
        else:
            messages.error(request, _refused_text(outcome))
        return _back_to(page)

    @method_decorator(require_POST)
    def decide_view(self, request: HttpRequest, page_id: UUID) -> HttpResponse:
        """Carry out the proposal of a colleague."""
        page, expected = self._to_decide(request, page_id), _decision(request)
        if expected is None:
            raise Http404
        outcome = decide(page, expected=expected, colleague=cast("User", request.user), at=timezone.now())
        match outcome:
            case Released(again=again):
                self.log_change(request, page, "Released.")
                messages.success(request, _released_text(again.report.applied, len(again.refused)))
            case Rejected():
                self.log_change(request, page, "Rejected.")
                messages.success(
                    request, _("Rejected. These rows stay out; the source may send a new version.")
                )
            case _ as refused:
                messages.error(request, _refused_text(refused))
        return _back_to(page)

    def _to_decide(self, request: HttpRequest, page_id: UUID) -> HeldPage:
        if not request.user.has_perm(MAY_DECIDE):
            raise PermissionDenied
        page = HeldPage.objects.filter(pk=page_id).first()
        if page is None:
            raise Http404
        return page


def _decision(request: HttpRequest) -> HeldPage.Decision | None:
    value = request.POST.get("decision", "")
    return HeldPage.Decision(value) if value in HeldPage.Decision.values else None


def _released_text(applied: int, refused: int) -> str:
    text = ngettext(
        "Released. %(number)d row was applied.", "Released. %(number)d rows were applied.", applied
    ) % {"number": applied}
    if refused:
        more = ngettext(
            "%(number)d row stays in quarantine, with its reason.",
            "%(number)d rows stay in quarantine, with their reasons.",
            refused,
        )
        text = f"{text} {more % {'number': refused}}"
    return text


def _refused_text(refused: NotOpen | ProposedAlready | NothingProposed | OwnProposal) -> str:
    match refused:
        case NotOpen():
            return _("This page was decided or has expired. Nothing was changed.")
        case ProposedAlready():
            return _("A colleague was faster with a proposal. Please look at it. Nothing was changed.")
        case NothingProposed():
            return _("The proposal has changed meanwhile. Please look at it again. Nothing was changed.")
        case OwnProposal():
            return _("Who proposes does not decide. Please ask a colleague. Nothing was changed.")


def _back_to(page: HeldPage) -> HttpResponseRedirect:
    answer = HttpResponseRedirect(reverse("admin:records_heldpage_change", args=[page.pk]))
    answer.status_code = 303
    return answer
