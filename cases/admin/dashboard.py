"""Cases on the admin's first page: how many wait, how many have waited too long, and for whom."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from identity.admin.panels import Panel, Row
from identity.models import User


def panels(colleague: User, *, at: datetime) -> Iterator[Panel]:
    """Yield the panel of the open cases, by who has to mend what they are about."""
    if not colleague.has_perm("cases.view_case"):
        return
    late = Q(pk__in=Case.objects.response_overdue(at)) | Q(pk__in=Case.objects.resolution_overdue(at))
    waiting = Case.objects.open().values("owner").annotate(all=Count("pk"), late=Count("pk", filter=late))
    queue = reverse("admin:cases_case_changelist")
    yield Panel(
        title=_("Open cases"),
        address=queue,
        rows=tuple(
            Row(
                name=Case.Owner(found["owner"]).label,
                value=_now("%(all)d open, %(late)d overdue") % {"all": found["all"], "late": found["late"]},
                address=f"{queue}?owner={found['owner']}",
                is_urgent=found["late"] > 0,
            )
            for found in waiting.order_by("owner")
        ),
    )
