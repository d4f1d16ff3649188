"""What beat asks for: read the feeds, make partitions ahead, give a sign of life. Nothing personal in it."""

from datetime import timedelta

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from civil_time import civil_date
from records import heartbeat as beating
from records import partitions
from records import sync as syncing
from records.upstream import UpstreamUnavailable, configured_upstream

DAYS_BEHIND, DAYS_AHEAD = 2, 8
_log = structlog.get_logger(__name__)


@shared_task(name="records.tasks.sync")
def sync() -> None:
    """Read every feed once; what is left after that, the next beat reads."""
    try:
        reports = syncing.sync_all(
            configured_upstream(),
            at=timezone.now(),
            at_once=settings.SOURCES_AT_ONCE,
            gentle=settings.SYNC_GENTLY,
        )
    except UpstreamUnavailable as problem:
        _log.error("feeds_not_read", problem=str(problem))
        return
    for report in reports:
        if report.total.received:
            _log.info(
                "feed_read",
                source_name=report.feed.source,
                kind=report.feed.kind,
                received=report.total.received,
                applied=report.total.applied,
                quarantined=report.total.quarantined,
            )


@shared_task(name="records.tasks.keep_partitions")
def keep_partitions() -> None:
    """Make the partitions of the tests for the days around today."""
    today = civil_date(timezone.now())
    partitions.ensure_days(
        "records_naat", today - timedelta(days=DAYS_BEHIND), today + timedelta(days=DAYS_AHEAD)
    )


@shared_task(name="records.tasks.heartbeat")
def heartbeat() -> None:
    """Write down that beat, the broker and a worker live."""
    beating.beat(at=timezone.now())
