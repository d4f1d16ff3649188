"""The sync: one page of one feed in one transaction, again and again until nothing is left.

Redelivered, reordered, doubled or killed half-way, the end state is the same: the page and the
cursor behind it are committed together. Nothing is fetched while a transaction is open.
Source: docs/architecture.md, decision 9 and 4.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import random
from threading import Lock

import structlog
from django.db import DatabaseError, connection, transaction

from healthcode.known import CLOCK_SKEW
from records import course, trouble
from records.models import Kind, Source
from records.page_checks import check_page
from records.page_merge import PageReport, merge_read_page, read_page
from records.read_ahead import ReadAhead
from records.source_rules import rules_of
from records.trouble import PageNotMerged
from records.turns import turn
from records.upstream import FeedName, Page, RecordSource, UpstreamUnavailable

PAGE_ROWS = 20_000
GENTLE_PAGE_ROWS = 2_000
"""Rows of a page for a sync that is gentle: so short that an answer never waits long behind one."""

PAGES_PER_ROUND = 50
"""How many pages of a feed one call reads, so that a long backlog is judged by a clock that moves."""

_IN_ORDER = tuple(Kind)
_ABOUT_PEOPLE = (Kind.REGISTRY, Kind.KINSHIP)
_TAKEN = "taken by another"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class TakenByAnother:
    """Somebody else moved the cursor of this feed meanwhile: nothing of the page was kept."""


@dataclass(frozen=True, kw_only=True)
class FeedReport:
    """What one round did for one feed; ``problem`` says in a word what cut it short, if anything did.

    ``left_alone_until`` is when a source in trouble is asked again.
    """

    feed: FeedName
    total: PageReport
    problem: str = ""
    left_alone_until: datetime | None = None


def sync_all(
    upstream: RecordSource,
    *,
    at: datetime,
    only_source: str | None = None,
    on_page: Callable[[FeedName, PageReport], None] | None = None,
    early: bool = False,
    jitter: Callable[[], float] = random,
    at_once: int = 1,
    gentle: bool = False,
) -> tuple[FeedReport, ...]:
    """Read every feed, registry first, as ``sync_source``; one that fails does not stop the others.

    After the registry so many sources are read ``at_once``, each in a thread with a connection of its
    own; then ``on_page`` is called from any of them, one at a time. A ``gentle`` sync takes small pages
    and rests after each as long as it took, for whoever asks meanwhile.
    Raises UpstreamUnavailable if it cannot even be said which feeds there are.
    """
    feeds = [feed for feed in upstream.feeds() if only_source in (None, feed.source)]
    feeds.sort(key=lambda feed: (_IN_ORDER.index(feed.kind), feed.source))
    sync = partial(
        sync_source,
        upstream=upstream,
        at=at,
        limit=GENTLE_PAGE_ROWS if gentle else PAGE_ROWS,
        rest=1.0 if gentle else 0.0,
        on_page=_one_at_a_time(on_page),
        early=early,
        jitter=jitter,
    )
    if at_once == 1:
        return tuple(map(sync, feeds))
    reports = [sync(feed) for feed in feeds if feed.kind in _ABOUT_PEOPLE]
    rest = [feed for feed in feeds if feed.kind not in _ABOUT_PEOPLE]
    by_source = [
        [feed for feed in rest if feed.source == source] for source in {feed.source for feed in rest}
    ]
    with ThreadPoolExecutor(at_once) as threads:
        for several in threads.map(partial(_sync_in_thread, sync), by_source):
            reports += several
    return tuple(sorted(reports, key=lambda report: feeds.index(report.feed)))


def _sync_in_thread(sync: Callable[[FeedName], FeedReport], feeds: list[FeedName]) -> list[FeedReport]:
    try:
        return [sync(feed) for feed in feeds]
    finally:
        connection.close()


def _one_at_a_time(
    on_page: Callable[[FeedName, PageReport], None] | None,
) -> Callable[[FeedName, PageReport], None] | None:
    if on_page is None:
        return None
    lock = Lock()

    def call(feed: FeedName, report: PageReport) -> None:
        with lock:
            on_page(feed, report)

    return call


def sync_source(
    feed: FeedName,
    upstream: RecordSource,
    *,
    at: datetime,
    limit: int = PAGE_ROWS,
    rest: float = 0.0,
    on_page: Callable[[FeedName, PageReport], None] | None = None,
    early: bool = False,
    jitter: Callable[[], float] = random,
) -> FeedReport:
    """Read one feed page by page: to its end, or PAGES_PER_ROUND pages far (``total.exhausted``).

    After each page it rests ``rest`` times as long as the page took, with no transaction open. A source in
    trouble is left alone for a while (``records.trouble``), unless somebody asks for it ``early``.
    ``jitter`` returns 0 to 1.
    """
    with turn(upstream, feed) as is_ours:
        if not is_ours:
            return FeedReport(feed=feed, total=PageReport(), problem=_TAKEN)
        source, _ = Source.objects.get_or_create(name=feed.source, kind=feed.kind)
        if trouble.is_left_alone(source, at=at) and not early:
            until = source.next_fetch_at
            return FeedReport(feed=feed, total=PageReport(), problem=source.problem, left_alone_until=until)
        with ReadAhead(feed, upstream, at=at, limit=limit) as ahead:
            return _sync_pages(source, feed, ahead, at=at, rest=rest, on_page=on_page, jitter=jitter)


def _sync_pages(
    source: Source,
    feed: FeedName,
    ahead: ReadAhead,
    *,
    at: datetime,
    rest: float,
    on_page: Callable[[FeedName, PageReport], None] | None,
    jitter: Callable[[], float],
) -> FeedReport:
    total, started = PageReport(), time.monotonic()
    for _number in range(PAGES_PER_ROUND):
        begun = time.monotonic()
        try:
            report = _sync_page(source, ahead, at=at)
        except (UpstreamUnavailable, PageNotMerged) as problem:
            _log.error("feed_not_read", source_name=feed.source, kind=feed.kind, problem=str(problem))
            # The clock is an argument; how long the reading took is added to it.
            failed_at = at + timedelta(seconds=time.monotonic() - started)
            until = trouble.note(source, problem, began_at=at, at=failed_at, jitter=jitter)
            return FeedReport(feed=feed, total=total, problem=str(problem), left_alone_until=until)
        if isinstance(report, TakenByAnother):
            return FeedReport(feed=feed, total=total, problem=_TAKEN)
        total += report
        if on_page is not None:
            on_page(feed, report)
        if report.exhausted:
            break
        if rest:
            time.sleep(rest * (time.monotonic() - begun))
    return FeedReport(feed=feed, total=total)


def sync_page(
    source: Source, upstream: RecordSource, *, at: datetime, limit: int = PAGE_ROWS
) -> PageReport | TakenByAnother:
    """Fetch one page behind the source's cursor, merge it and move the cursor, all or nothing.

    Raises UpstreamUnavailable, PageNotMerged.
    """
    feed = FeedName(source=source.name, kind=Kind(source.kind))
    with ReadAhead(feed, upstream, at=at, limit=limit) as pages:
        return _sync_page(source, pages, at=at)


def _sync_page(source: Source, pages: ReadAhead, *, at: datetime) -> PageReport | TakenByAnother:
    source.refresh_from_db()
    read = pages.page(source.cursor)
    page = read.page
    if not page.rows and page.next_cursor == source.cursor:
        Source.objects.filter(pk=source.pk).update(last_synced_at=at, **trouble.OVER)
        return PageReport(cursor=source.cursor, exhausted=page.exhausted)
    with _without_content():
        read = check_page(source.name, read, at=at)
    with _without_content(), transaction.atomic():
        locked = Source.objects.select_for_update().get(pk=source.pk)
        if locked.cursor != source.cursor:
            return TakenByAnother()
        course.check(locked, page)
        report = merge_read_page(locked, read, cursor_before=source.cursor, at=at)
        _move(locked, page, at=at)
    return report


def import_page(
    feed: FeedName,
    upstream: RecordSource,
    *,
    cursor: str,
    at: datetime,
    limit: int = PAGE_ROWS,
    dry_run: bool = False,
) -> PageReport:
    """Merge one page of a file that somebody brings by hand, as if the source had sent it.

    Neither the cursor nor the age of a feed is moved: a file by hand says nothing about how far the
    feed itself has come. With ``dry_run`` everything is done, reported and rolled back.

    Raises UpstreamUnavailable, PageNotMerged.
    """
    page = upstream.fetch(feed, cursor=cursor, limit=limit)
    read = read_page(feed.kind, page, at=at)
    with _without_content():
        read = check_page(feed.source, read, at=at)
    with _without_content(), transaction.atomic():
        Source.objects.get_or_create(
            name=feed.source, kind=feed.kind, defaults={"counts_for_freshness": False}
        )
        locked = Source.objects.select_for_update().get(name=feed.source, kind=feed.kind)
        report = merge_read_page(locked, read, cursor_before=cursor, at=at)
        if dry_run:
            transaction.set_rollback(True)
    return report


def _move(source: Source, page: Page, *, at: datetime) -> None:
    """Move the cursor of a locked source, and its age forward.

    A time ahead of ours is not believed, nor one of a source that may not speak for this kind.
    """
    may_speak = rules_of(source.name, Kind(source.kind)).may_speak
    if may_speak and page.as_of is not None and page.as_of <= at + CLOCK_SKEW:
        told_until = min(page.as_of, at)
        source.as_of = max(source.as_of or told_until, told_until)
    if not source.cursor:
        # Rows brought by hand may have made the source; from now on it is a feed.
        source.counts_for_freshness = True
    source.cursor = page.next_cursor
    source.page_before = None if page.exhausted else page.fingerprint
    source.last_synced_at = at
    for column, value in trouble.OVER.items():
        setattr(source, column, value)
    moved = ["as_of", "counts_for_freshness", "cursor", "page_before", "last_synced_at"]
    source.save(update_fields=[*moved, *trouble.OVER])


@contextmanager
def _without_content() -> Iterator[None]:
    """Turn an error of the database into one that does not quote the row."""
    try:
        # COPY goes past Django, so its errors have to be made Django's first.
        with connection.wrap_database_errors:
            yield
    except DatabaseError as error:
        state = getattr(error.__cause__, "pgcode", None)
        raise PageNotMerged(f"{type(error).__name__} {state or ''}".strip()) from None
