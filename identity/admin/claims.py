"""Kinship claims in the admin: a queue, and a page on which a claim is verified or refused.

Whoever may look sees masked values; the reference of the evidence is in full for reviewers alone.
"""

from typing import TYPE_CHECKING, Any, assert_never, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from identity import claim_comparison, claim_review
from identity.admin.decisions import refused_text
from identity.admin.people import WithPeople
from identity.claim_review import CannotVerify, KindDoesNotFit, PersonDiffers, TooManyGuardians
from identity.claims import NotWaiting
from identity.kinship import ReviewerInvolved
from identity.masking import mask_number
from identity.models import Kinship, KinshipClaim, User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MAY_REVIEW = "identity.change_kinshipclaim"

_CONFIRM_FIRST = gettext_lazy("Please tick that you have seen the evidence itself. Nothing was changed.")
# The ward's own word is not a reviewer's to speak.
_REFUSALS = tuple(each for each in KinshipClaim.Refusal if each != KinshipClaim.Refusal.REFUSED_BY_WARD)


class VerifyForm(forms.Form):
    """The word of a reviewer for a claim."""

    seen = forms.BooleanField(
        label=gettext_lazy("I have seen the evidence itself, and it names these two people."),
        error_messages={"required": _CONFIRM_FIRST},
    )


class RefuseForm(forms.Form):
    """The word of a reviewer against a claim, and why."""

    refusal = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=[("", gettext_lazy("Please choose")), *((each.value, each.label) for each in _REFUSALS)],
        error_messages={
            "required": gettext_lazy("Please say why. Nothing was changed."),
            "invalid_choice": gettext_lazy("Please say why. Nothing was changed."),
        },
        help_text=gettext_lazy("For the staff. The claimant reads only that it was not accepted."),
    )


class QueueFilter(admin.SimpleListFilter):
    """What waits, unless something else is asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[KinshipClaim]"
    ) -> "list[tuple[str, str | _StrPromise]]":
        return [("all", gettext_lazy("All")), *KinshipClaim.State.choices]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[KinshipClaim]") -> "QuerySet[KinshipClaim]":
        value = self.value() or KinshipClaim.State.WAITING
        return queryset if value == "all" else queryset.filter(state=value)

    def choices(self, changelist: Any) -> Any:
        for value, label in self.lookup_choices:
            yield {
                "selected": (self.value() or KinshipClaim.State.WAITING) == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }


@admin.register(KinshipClaim)
class KinshipClaimAdmin(WithPeople[KinshipClaim]):
    """Who asks to speak for whom, the oldest first."""

    purpose = gettext_lazy(
        "Claims of kinship that the register does not hold. Compare each with the evidence and "
        "decide; the oldest comes first."
    )

    people_columns = ("guardian_key", "ward_key")
    list_display = ("claimed_at", "claimant_shown", "ward_shown", "kind", "evidence", "state", "decided_by")
    list_select_related = ("decided_by",)
    list_filter = (QueueFilter, "kind", "evidence")
    ordering = ("id",)

    @admin.display(description=gettext_lazy("claimed by"))
    def claimant_shown(self, claim: KinshipClaim) -> str:
        return self.person_shown(claim, "guardian_key")

    @admin.display(description=gettext_lazy("ward"))
    def ward_shown(self, claim: KinshipClaim) -> str:
        return self.person_shown(claim, "ward_key")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        waiting = _waiting().count()
        title = _("Kinship claims: %(waiting)s waiting, the oldest first") % {"waiting": waiting}
        return super().changelist_view(request, {**(extra_context or {}), "title": title})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:claim_id>/verify/", view(self.verify_view), name="identity_kinshipclaim_verify"),
            path("<uuid:claim_id>/refuse/", view(self.refuse_view), name="identity_kinshipclaim_refuse"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a claim beside the registry."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        claim = self.get_object(request, object_id)
        if not self.has_view_permission(request, claim):
            raise PermissionDenied
        if claim is None:
            raise Http404
        return self._page(request, claim, verify=VerifyForm(), refuse=RefuseForm())

    @method_decorator(require_POST)
    def verify_view(self, request: HttpRequest, claim_id: UUID) -> HttpResponse:
        """Verify a claim: the kinship is in force from now on."""
        claim, form = self._to_review(request, claim_id), VerifyForm(request.POST)
        if not form.is_valid():
            return self._page(request, claim, verify=form, refuse=RefuseForm())
        outcome = claim_review.verify(claim, reviewer=cast("User", request.user), at=timezone.now())
        if isinstance(outcome, Kinship):
            self.log_change(request, claim, "Verified the claim.")
            messages.success(request, _("The claim is verified. The kinship is in force from now on."))
        else:
            messages.error(request, _cannot_verify_text(outcome))
        return _back_to(claim)

    @method_decorator(require_POST)
    def refuse_view(self, request: HttpRequest, claim_id: UUID) -> HttpResponse:
        """Refuse a claim, with the reason for the staff."""
        claim, form = self._to_review(request, claim_id), RefuseForm(request.POST)
        if not form.is_valid():
            return self._page(request, claim, verify=VerifyForm(), refuse=form)
        refusal = KinshipClaim.Refusal(form.cleaned_data["refusal"])
        reviewer = cast("User", request.user)
        match claim_review.refuse(claim, reviewer=reviewer, refusal=refusal, at=timezone.now()):
            case KinshipClaim():
                self.log_change(request, claim, f"Refused the claim: {refusal.value}.")
                messages.success(request, _("The claim is refused. The claimant gets a notice."))
            case NotWaiting() | ReviewerInvolved() as refused:
                messages.error(request, refused_text(refused))
            case never:
                assert_never(never)
        return _back_to(claim)

    def _to_review(self, request: HttpRequest, claim_id: UUID) -> KinshipClaim:
        if not request.user.has_perm(MAY_REVIEW):
            raise PermissionDenied
        claim = KinshipClaim.objects.filter(pk=claim_id).first()
        if claim is None:
            raise Http404
        return claim

    def _page(
        self, request: HttpRequest, claim: KinshipClaim, *, verify: VerifyForm, refuse: RefuseForm
    ) -> HttpResponse:
        may_review = request.user.has_perm(MAY_REVIEW)
        beside = claim_comparison.side_by_side(claim, at=timezone.now())
        context = {
            **self.admin_site.each_context(request),
            "title": _("A kinship claim"),
            "opts": self.opts,
            "claim": claim,
            "claimant": self.claimant_shown(claim),
            "ward": self.ward_shown(claim),
            "beside": beside,
            "reference": beside.reference if may_review else mask_number(beside.reference),
            "former": claim_comparison.formerly(claim),
            "may_decide": may_review and claim.state == KinshipClaim.State.WAITING,
            "waiting": _waiting().count(),
            "next_claim": _waiting().exclude(pk=claim.pk).filter(pk__gt=claim.pk).first()
            or _waiting().exclude(pk=claim.pk).first(),
            "verify": verify,
            "refuse": refuse,
        }
        return TemplateResponse(request, "admin/identity/claim_review.html", context)


def _waiting() -> "QuerySet[KinshipClaim]":
    """Return what waits, the oldest first: an id begins with its time."""
    return KinshipClaim.objects.filter(state=KinshipClaim.State.WAITING).order_by("id")


def _cannot_verify_text(refused: CannotVerify) -> str:
    match refused:
        case PersonDiffers():
            return _(
                "Number and name do not agree with anybody alive in the registry. Please refuse the claim."
            )
        case TooManyGuardians():
            return _("As many people speak for this person as may. Please refuse the claim.")
        case KindDoesNotFit():
            return _("A parent speaks for a child under 18, a carer for an adult. Please refuse the claim.")
        case NotWaiting() | ReviewerInvolved():
            return refused_text(refused)
        case _ as never:
            assert_never(never)


def _back_to(claim: KinshipClaim) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:identity_kinshipclaim_change", args=[claim.pk]))
