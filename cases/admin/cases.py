"""Cases in the admin: a queue by due time, and the page on which one is worked on.

The page shows what a decision about a person rested on, so opening it leaves an audit row as a person's
file does. Everything personal is masked.
"""

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case as Either
from django.db.models import QuerySet, Value, When
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cases import casework
from cases.admin.filters import IS_ESCALATED, NEXT_DUE, AssignedFilter, DueFilter, StateFilter, is_overdue
from cases.admin.pages import events_shown, group_shown, trace_shown
from cases.admin.steps import STEPS, Step, outcome_text, steps_of
from cases.models import Case
from identity.admin.people import WithPeople
from identity.models import User
from lookup.doors import staff

MAY_SEE = ("cases.view_case", "lookup.view_lookup")
MAY_WORK = "cases.change_case"
_STEPS = {step.name: step for step in STEPS}


@dataclass(frozen=True, kw_only=True)
class OfferedStep:
    """A step with its form, as the page shows it."""

    step: Step
    form: Form
    address: str


@admin.register(Case)
class CaseAdmin(WithPeople[Case]):
    """What waits for an answer or a solution: what is escalated first, then what is due first."""

    people_columns = ("subject_key",)
    list_display = (
        "number",
        "kind",
        "owner",
        "state",
        "next_due_shown",
        "escalated_shown",
        "assigned_to",
        "subject_shown",
        "affected",
        "opened_at",
    )
    list_filter = (StateFilter, DueFilter, "owner", "kind", AssignedFilter, "group")
    list_select_related = ("assigned_to",)
    search_fields = ("number",)
    search_help_text = gettext_lazy("Number of a case")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        rows = super().get_queryset(request).defer("trace")
        escalated = Either(When(IS_ESCALATED, then=Value(0)), default=Value(1))
        return rows.annotate(next_due=NEXT_DUE, place=escalated).order_by("place", "next_due", "id")

    @admin.display(description=gettext_lazy("due"))
    def next_due_shown(self, case: Case) -> SafeString | str:
        if case.state == Case.State.CLOSED:
            return "-"
        due = case.respond_by if case.responded_at is None else case.resolve_by
        shown = timezone.localtime(due).strftime("%Y-%m-%d %H:%M")
        return format_html("<strong>{}</strong>", shown) if due <= timezone.now() else shown

    @admin.display(description=gettext_lazy("escalated"))
    def escalated_shown(self, case: Case) -> SafeString | str:
        is_escalated = vars(case).get("place") == 0
        return format_html("<strong>{}</strong>", _("Escalated")) if is_escalated else "-"

    @admin.display(description=gettext_lazy("about"))
    def subject_shown(self, case: Case) -> str:
        return self.person_shown(case, "subject_key")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        waiting = Case.objects.open().count()
        late = Case.objects.filter(is_overdue(timezone.now())).count()
        title = _("Cases: %(waiting)s open, %(late)s overdue") % {"waiting": waiting, "late": late}
        return super().changelist_view(request, {**(extra_context or {}), "title": title})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.step_view)
        steps = [
            path(f"<uuid:case_id>/{name}/", view, {"name": name}, name=f"cases_case_{name}")
            for name in _STEPS
        ]
        return [*steps, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a case with its trace; that it was opened stands in the audit."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        case = self.get_object(request, object_id)
        if not request.user.has_perms(MAY_SEE):
            raise PermissionDenied
        if case is None:
            raise Http404
        return self._page(request, case)

    @method_decorator(require_POST)
    def step_view(self, request: HttpRequest, case_id: UUID, name: str) -> HttpResponse:
        """Take one step in a case."""
        if not request.user.has_perms((*MAY_SEE, MAY_WORK)):
            raise PermissionDenied
        case = Case.objects.filter(id=case_id).first()
        if case is None:
            raise Http404
        step = _STEPS[name]
        form = step.form(request.POST, auto_id=f"id_{step.name}_%s")
        if not form.is_valid():
            return self._page(request, case, filled={step.name: form})
        worker = cast("User", request.user)
        is_done, text = outcome_text(step, step.take(case_id, worker, form.cleaned_data, timezone.now()))
        if is_done:
            self.log_change(request, case, f"Step: {step.name}.")
            messages.success(request, text)
            return HttpResponseRedirect(reverse("admin:cases_case_change", args=[case_id]))
        messages.error(request, text)
        return self._page(request, case, filled={step.name: form})

    def _page(
        self, request: HttpRequest, case: Case, *, filled: dict[str, Form] | None = None
    ) -> HttpResponse:
        at = timezone.now()
        if case.subject_key is not None:
            staff.open_file(cast("User", request.user), case.subject_key, at=at)
        may_work = request.user.has_perm(MAY_WORK)
        context = {
            **self.admin_site.each_context(request),
            "title": case.number,
            "opts": self.opts,
            "case": case,
            "subject": self.subject_shown(case),
            "is_told_why": casework.is_told_why(case, at=at),
            "trace": trace_shown(case),
            "group": group_shown(case),
            "events": events_shown(case),
            "steps": [_offered(step, case, filled or {}) for step in steps_of(case)] if may_work else [],
        }
        return TemplateResponse(request, "admin/cases/case.html", context)


def _offered(step: Step, case: Case, filled: dict[str, Form]) -> OfferedStep:
    initial = {"owner": case.owner, "assigned_to": case.assigned_to_id}
    form = filled.get(step.name) or step.form(initial=initial, auto_id=f"id_{step.name}_%s")
    return OfferedStep(step=step, form=form, address=reverse(f"admin:cases_case_{step.name}", args=[case.id]))
