"""The sources on the admin's first page: how old each feed is, and what waits for a colleague."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from identity.admin.panels import Panel, Row
from identity.models import User
from records import heartbeat
from records.models import HeldPage, Quarantined, Source

_MOST_ROWS = 12


def panels(colleague: User, *, at: datetime) -> Iterator[Panel]:
    """Yield the panels of the records that a colleague may see."""
    if colleague.has_perm("records.view_source"):
        yield Panel(
            title=_("Age of the data, the oldest first"),
            address=reverse("admin:records_board"),
            rows=(_queue(at=at), *_sources(at=at)),
        )
    if colleague.has_perm("records.view_heldpage") and colleague.has_perm("records.view_quarantined"):
        yield Panel(title=_("Waiting for a decision"), rows=tuple(_waiting()))


def _queue(*, at: datetime) -> Row:
    beaten_at = heartbeat.last()
    is_late = heartbeat.is_late(beaten_at, at=at)
    value = _now("late: nothing is read by itself") if is_late else _now("runs")
    return Row(name=_("Queue"), value=value, address=reverse("admin:records_board"), is_urgent=is_late)


def _sources(*, at: datetime) -> Iterator[Row]:
    for source in Source.objects.order_by("as_of", "name", "kind")[:_MOST_ROWS]:
        lag = None if source.as_of is None else max(timedelta(), at - source.as_of)
        value = _now("never read") if lag is None else _in_words(lag)
        if source.problem:
            value = f"{value} · {source.get_problem_display()}"
        yield Row(
            name=f"{source.name} · {source.get_kind_display()}",
            value=value,
            address=reverse("admin:records_source_change", args=[source.pk]),
            is_urgent=bool(source.problem),
        )


def _waiting() -> Iterator[Row]:
    held = HeldPage.objects.filter(decided_at__isnull=True).count()
    yield Row(
        name=_("Held pages"),
        value=str(held),
        address=reverse("admin:records_heldpage_changelist") + "?decided_at__isempty=1",
        is_urgent=held > 0,
    )
    refused = Quarantined.objects.filter(resolved_at__isnull=True).count()
    yield Row(
        name=_("Rows in quarantine"),
        value=str(refused),
        address=reverse("admin:records_quarantined_changelist") + "?resolved_at__isempty=1",
    )


def _in_words(lag: timedelta) -> str:
    minutes = int(lag.total_seconds() // 60)
    if minutes < 120:
        return ngettext("%(number)d minute", "%(number)d minutes", minutes) % {"number": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(number)d hour", "%(number)d hours", hours) % {"number": hours}
    days = hours // 24
    return ngettext("%(number)d day", "%(number)d days", days) % {"number": days}
