"""The port to whoever holds the records: which feeds there are, and one page after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, cast, runtime_checkable
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from records.feed_fields import RejectionReason
from records.models import Kind, Trouble


class UpstreamUnavailable(Exception):
    """A feed cannot be read just now. Nothing has been lost, and nothing of the page is kept.

    ``problem`` is a stable code for the ledger; the message says it in a sentence, without a row, an
    address or a credential. ``retry_after`` is how long, or until when, the source asks to be left alone.
    """

    def __init__(
        self,
        message: str,
        *,
        problem: Trouble = Trouble.UNREADABLE,
        retry_after: timedelta | datetime | None = None,
    ) -> None:
        super().__init__(message)
        self.problem = problem
        self.retry_after = retry_after


@dataclass(frozen=True, kw_only=True, order=True)
class FeedName:
    """One feed: a source and the one kind of row that it sends here."""

    source: str
    kind: Kind

    def __str__(self) -> str:
        return f"{self.source}/{self.kind}"


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedRow:
    """One row as it came, and where it stood; ``unreadable`` if it is no row at all."""

    position: str
    content: bytes | Mapping[str, object] = field(repr=False)
    unreadable: RejectionReason | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Some rows of a feed, and where the next ones begin.

    ``as_of`` is the instant up to which the source has told everything, if this page finished a
    delivery; None otherwise. ``exhausted`` says that nothing more is to be had just now; ``remaining``
    how many rows are still to come, where the source says it. ``fingerprint`` is a keyed digest of the
    rows, where the source promises that its pages lead on and never repeat (`records.course`).
    """

    rows: Sequence[FeedRow]
    next_cursor: str
    as_of: datetime | None
    exhausted: bool
    remaining: int | None = None
    fingerprint: UUID | None = None


class RecordSource(Protocol):
    """Whoever holds feeds. A cursor is opaque; "" is the beginning. The same cursor gives the same rows."""

    def feeds(self) -> Sequence[FeedName]:
        """Return the feeds that exist now. Raises UpstreamUnavailable."""
        ...

    def fetch(self, feed: FeedName, *, cursor: str, limit: int) -> Page:
        """Return at most ``limit`` rows after a cursor. Raises UpstreamUnavailable."""
        ...


@runtime_checkable
class TakesTurns(Protocol):
    """A record source some of whose feeds bear one request at a time, over all workers."""

    def turn_of(self, feed: FeedName) -> str | None:
        """Return what a request for this feed shares with others; None if it may go beside any other."""
        ...


def configured_upstream() -> RecordSource:
    """Return the record source that the settings name: RECORD_SOURCES, made with FEED_FOLDER."""
    return cast("RecordSource", import_string(settings.RECORD_SOURCES)(settings.FEED_FOLDER))
