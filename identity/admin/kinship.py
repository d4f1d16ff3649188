"""Kinship in the admin: to be read, and a dispute to be decided.

It comes from the registry's feed, or from a claim that was reviewed.
"""

from typing import TYPE_CHECKING, Any, assert_never, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from identity import kinship
from identity.admin.decisions import refused_text
from identity.admin.people import WithPeople
from identity.kinship import Ended, NotDisputed, ReviewerInvolved
from identity.models import Kinship, User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MAY_DECIDE = "identity.change_kinship"


class InForceFilter(admin.SimpleListFilter):
    """In force now, or not."""

    title = _("in force now")
    parameter_name = "in_force"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[Kinship]"
    ) -> "list[tuple[str, str | _StrPromise]]":
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Kinship]") -> "QuerySet[Kinship]":
        in_force = Kinship.objects.in_force(timezone.now())
        match self.value():
            case "yes":
                return queryset.filter(pk__in=in_force.values("pk"))
            case "no":
                return queryset.exclude(pk__in=in_force.values("pk"))
            case _other:
                return queryset


@admin.register(Kinship)
class KinshipAdmin(WithPeople[Kinship]):
    """Who may speak for whom."""

    purpose = _(
        "Who may speak for whom. Open one to decide a dispute, or to end one that was verified by mistake."
    )

    people_columns = ("guardian_id", "ward_id")
    list_display = (
        "id",
        "guardian_shown",
        "ward_shown",
        "kind",
        "evidence",
        "in_force_from",
        "in_force_until",
        "end",
        "withdrawn",
    )
    list_filter = ("kind", "evidence", InForceFilter, "end", "withdrawn")
    ordering = ("-id",)
    fields = (
        "guardian_shown",
        "ward_shown",
        "kind",
        "evidence",
        "verified_by",
        "in_force_from",
        "in_force_until",
        "ended_at",
        "end",
        "ended_by",
        "withdrawn",
        "source",
        "record_id",
        "version",
        "synced_at",
    )

    change_form_template = "admin/identity/kinship_change_form.html"

    @admin.display(description=_("guardian"))
    def guardian_shown(self, row: Kinship) -> str:
        return self.person_shown(row, "guardian_id")

    @admin.display(description=_("ward"))
    def ward_shown(self, row: Kinship) -> str:
        return self.person_shown(row, "ward_id")

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(self.decide_view)
        return [
            path("<uuid:kinship_id>/decide/", decide, name="identity_kinship_decide"),
            *super().get_urls(),
        ]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Kinship | None = None,
    ) -> HttpResponse:
        """Put the decision below a kinship that is disputed, or that came from a claim."""
        if obj is not None and request.user.has_perm(MAY_DECIDE):
            may_end = kinship.may_end_by_review(timezone.now())
            context["may_end"] = may_end.filter(pk=obj.pk).exists()
            context["is_disputed"] = obj.end == Kinship.End.DISPUTED
        return super().render_change_form(request, context, add, change, form_url, obj)

    @method_decorator(require_POST)
    def decide_view(self, request: HttpRequest, kinship_id: UUID) -> HttpResponse:
        """Let a disputed kinship hold again, or end it, or one verified by mistake, for good."""
        found, reviewer = self._disputed(request, kinship_id), cast("User", request.user)
        match request.POST.get("decision"):
            case "reinstate":
                outcome = kinship.reinstate(found, reviewer=reviewer, at=timezone.now())
                self._tell(request, found, outcome, "Reinstated after a review.")
            case "end":
                ended = kinship.end_by_review(found, reviewer=reviewer, at=timezone.now())
                self._tell(request, found, ended, "Ended after a review.")
            case _other:
                messages.error(request, gettext("Please choose one of the two. Nothing was changed."))
        return HttpResponseRedirect(reverse("admin:identity_kinship_change", args=[found.pk]))

    def _disputed(self, request: HttpRequest, kinship_id: UUID) -> Kinship:
        if not request.user.has_perm(MAY_DECIDE):
            raise PermissionDenied
        found = Kinship.objects.filter(pk=kinship_id).first()
        if found is None:
            raise Http404
        return found

    def _tell(
        self,
        request: HttpRequest,
        found: Kinship,
        outcome: Kinship | Ended | NotDisputed | ReviewerInvolved,
        note: str,
    ) -> None:
        match outcome:
            case Kinship() | Ended():
                self.log_change(request, found, note)
                messages.success(request, gettext("It is decided. Everybody concerned gets a notice."))
            case NotDisputed() | ReviewerInvolved():
                messages.error(request, refused_text(outcome))
            case _ as never:
                assert_never(never)
