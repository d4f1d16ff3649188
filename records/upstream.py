"""The port to whoever holds the records: which feeds there are, and one page after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from records.feed_fields import RejectionReason
from records.models import Kind


class UpstreamUnavailable(Exception):
    """A feed cannot be read just now: the file is away, the disk is broken. Nothing has been lost."""


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
    delivery; None otherwise. ``exhausted`` says that nothing more is to be had just now.
    """

    rows: Sequence[FeedRow]
    next_cursor: str
    as_of: datetime | None
    exhausted: bool


class RecordSource(Protocol):
    """Whoever holds feeds. A cursor is opaque; "" is the beginning. The same cursor gives the same rows."""

    def feeds(self) -> Sequence[FeedName]:
        """Return the feeds that exist now. Raises UpstreamUnavailable."""
        ...

    def fetch(self, feed: FeedName, *, cursor: str, limit: int) -> Page:
        """Return at most ``limit`` rows after a cursor. Raises UpstreamUnavailable."""
        ...


def configured_upstream() -> RecordSource:
    """Return the record source that the settings name: RECORD_SOURCES, made with FEED_FOLDER."""
    return cast("RecordSource", import_string(settings.RECORD_SOURCES)(settings.FEED_FOLDER))
