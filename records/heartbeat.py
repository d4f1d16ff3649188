"""The heartbeat: a row that beat, the broker and a worker have to carry into the database together."""

from datetime import datetime, timedelta

from records.models import Heartbeat

QUEUE = "queue"
LATE_AFTER = timedelta(minutes=3)
"""Six beats: fewer may be lost by a restart."""


def beat(*, at: datetime) -> None:
    """Write down that a message came through; a message that was delayed never moves it back."""
    Heartbeat.objects.get_or_create(name=QUEUE, defaults={"beaten_at": at})
    Heartbeat.objects.filter(name=QUEUE, beaten_at__lt=at).update(beaten_at=at)


def last() -> datetime | None:
    """Return when the last one came; None if none ever did."""
    return Heartbeat.objects.filter(name=QUEUE).values_list("beaten_at", flat=True).first()


def is_late(beaten_at: datetime | None, *, at: datetime) -> bool:
    """Tell whether the queue does not live: beat, the broker or every worker is gone."""
    return beaten_at is None or at - beaten_at >= LATE_AFTER
