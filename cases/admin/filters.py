"""What a colleague chooses from the queue: what is open, what is due, whose it is."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Case as Either
from django.db.models import F, Q, QuerySet, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from civil_time import next_midnight

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Rows = QuerySet[Case]
    Choices = list[tuple[str, str | _StrPromise]]

_OPEN = ~Q(state=Case.State.CLOSED)
IS_ESCALATED = _OPEN & (
    Q(response_escalated_at__isnull=False, responded_at__isnull=True)
    | Q(resolution_escalated_at__isnull=False)
)
NEXT_DUE = Either(When(responded_at__isnull=True, then=F("respond_by")), default=F("resolve_by"))


def is_overdue(at: datetime) -> Q:
    """Return the condition of a case whose next due time has passed."""
    return _OPEN & (Q(responded_at__isnull=True, respond_by__lte=at) | Q(resolve_by__lte=at))


class StateFilter(admin.SimpleListFilter):
    """What is open, unless something else is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Case]") -> "Choices":
        return [("all", _("All")), *Case.State.choices]

    def queryset(self, request: HttpRequest, queryset: "Rows") -> "Rows":
        match self.value():
            case None:
                return queryset.filter(_OPEN)
            case "all":
                return queryset
            case state:
                return queryset.filter(state=state)

    def choices(self, changelist: Any) -> Any:
        everything, *others = super().choices(changelist)
        yield {**everything, "display": _("Open and answered")}
        yield from others


class DueFilter(admin.SimpleListFilter):
    """What is late, escalated, or due today."""

    title = _("due time")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Case]") -> "Choices":
        return [("overdue", _("Overdue")), ("escalated", _("Escalated")), ("today", _("Due until midnight"))]

    def queryset(self, request: HttpRequest, queryset: "Rows") -> "Rows":
        at = timezone.now()
        match self.value():
            case "overdue":
                return queryset.filter(is_overdue(at))
            case "escalated":
                return queryset.filter(IS_ESCALATED)
            case "today":
                return queryset.filter(_OPEN).alias(next_due=NEXT_DUE).filter(next_due__lt=next_midnight(at))
            case _:
                return queryset


class AssignedFilter(admin.SimpleListFilter):
    """One's own, or nobody's yet."""

    title = _("assigned to")
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Case]") -> "Choices":
        return [("me", _("Me")), ("nobody", _("Nobody yet"))]

    def queryset(self, request: HttpRequest, queryset: "Rows") -> "Rows":
        match self.value():
            case "me":
                return queryset.filter(assigned_to_id=request.user.pk)
            case "nobody":
                return queryset.filter(assigned_to__isnull=True)
            case _:
                return queryset
