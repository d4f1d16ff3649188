"""Look-ups on the admin's first page: checks and queries by outcome, unknown by reason, abuse."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from civil_time import civil_date, start_of
from healthcode.verdict import Reason, StatusCode
from identity.admin.panels import Chart, Panel, Row, draw
from identity.models import User
from lookup import tallies
from lookup.admission import Door
from lookup.models import AbuseAlert, Lookup
from lookup.reason_wording import reason_wording
from lookup.tallies import HOUR, Hours, Kind
from lookup.wording import status_label

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Named = tuple[str | _StrPromise, Callable[[Kind], bool]]

HOURS_SHOWN, DAYS_SHOWN = 24, 14


def panels(colleague: User, *, at: datetime) -> Iterator[Panel]:
    """Yield the panels of the look-ups that a colleague may see."""
    if colleague.has_perm("lookup.view_lookup"):
        first = start_of(civil_date(at) - timedelta(days=DAYS_SHOWN - 1))
        hours = tallies.read(first=first, at=at)
        audit = reverse("admin:lookup_lookup_changelist")
        yield Panel(
            title=_("Checks at gates"),
            address=f"{audit}?door={Door.CHECKPOINT}",
            charts=_charts(hours, _by_outcome(lambda kind: kind.door is Door.CHECKPOINT), at=at),
        )
        yield Panel(
            title=_("Queries of people"),
            address=audit,
            charts=_charts(hours, _by_outcome(_is_query), at=at),
        )
        yield Panel(
            title=_("Unknown, by its first reason"),
            address=f"{audit}?status={StatusCode.UNKNOWN}",
            charts=_charts(hours, _by_reason(), at=at),
        )
    if colleague.has_perm("lookup.view_abusealert"):
        yield _abuse()


def _is_query(kind: Kind) -> bool:
    return kind.door not in (Door.CHECKPOINT, Door.ADMIN)


def _by_outcome(is_meant: "Callable[[Kind], bool]") -> "list[Named]":
    def of(status: StatusCode) -> "Callable[[Kind], bool]":
        return lambda kind: is_meant(kind) and kind.shown_status == status

    return [
        *((status_label(status), of(status)) for status in StatusCode),
        (_("refused"), lambda kind: is_meant(kind) and kind.outcome == Lookup.Outcome.REFUSED),
        (_("not finished"), lambda kind: is_meant(kind) and kind.outcome == Lookup.Outcome.OPEN),
    ]


def _by_reason() -> "list[Named]":
    def because(reason: str) -> "Callable[[Kind], bool]":
        return lambda kind: kind.shown_status == StatusCode.UNKNOWN and kind.reason == reason

    named: list[Named] = [(reason_wording(reason).label, because(reason.value)) for reason in Reason]
    return [*named, (_("known, but not told at this door"), because(""))]


def _charts(hours: Hours, named: "list[Named]", *, at: datetime) -> tuple[Chart, ...]:
    this_hour = at.replace(minute=0, second=0, microsecond=0)
    starts = [this_hour - back * HOUR for back in range(HOURS_SHOWN - 1, -1, -1)]
    days = [start_of(civil_date(at) - timedelta(days=back)) for back in range(DAYS_SHOWN - 1, -1, -1)]
    return (
        draw(_("Last 24 hours"), starts, _lines(hours, named, starts, HOUR), time_format="m-d H:i"),
        draw(_("Last 14 days"), days, _lines(hours, named, days, timedelta(days=1)), time_format="Y-m-d"),
    )


def _lines(
    hours: Hours, named: "list[Named]", starts: Sequence[datetime], each: timedelta
) -> "Iterator[tuple[str | _StrPromise, list[int]]]":
    for name, is_meant in named:
        numbers = [0] * len(starts)
        for hour, counter in hours.items():
            place = (hour - starts[0]) // each
            if 0 <= place < len(numbers):
                numbers[place] += sum(number for kind, number in counter.items() if is_meant(kind))
        yield name, numbers


def _abuse() -> Panel:
    waiting = AbuseAlert.objects.filter(acknowledged_at__isnull=True).count()
    address = reverse("admin:lookup_abusealert_changelist") + "?acknowledged_at__isempty=1"
    row = Row(
        name=_("Not acknowledged"),
        value=_now("%(number)d waiting") % {"number": waiting},
        address=address,
        is_urgent=waiting > 0,
    )
    return Panel(title=_("Signs of abuse"), address=address, rows=(row,))
