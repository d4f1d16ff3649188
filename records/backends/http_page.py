"""The envelope of a page that came over HTTP: JSON in, a Page out; whatever is not in order is refused whole.

A row that is not in order is a matter of the row: it goes on to quarantine, and the page with it.
Source: docs/feed.md, 8; docs/feed-page.schema.json.
"""

import json
import re
from datetime import datetime
from typing import Any, Never

from records.backends.feed_header import is_count
from records.feed import FORMAT
from records.feed_fields import RejectionReason, parse_instant
from records.merge import keyed_digest
from records.models import Kind, Trouble
from records.upstream import FeedName, FeedRow, Page, UpstreamUnavailable

LONGEST_CURSOR = 200

_CURSOR = re.compile(rf"[!-~]{{0,{LONGEST_CURSOR}}}")
_REQUIRED = frozenset(
    {"format", "source", "feed", "cursor", "next_cursor", "count", "rows", "as_of", "exhausted"}
)
_FIELDS = _REQUIRED | {"remaining"}


def parse_page(body: bytes, *, feed: FeedName, cursor: str, limit: int) -> Page:
    """Return the page that a body holds. Raises UpstreamUnavailable if it is not the one asked for."""
    envelope = _envelope(body)
    if not _REQUIRED <= envelope.keys() <= _FIELDS:
        raise _malformed("it has other fields than the contract says")
    if envelope["format"] != FORMAT or isinstance(envelope["format"], bool):
        raise _malformed("it has another format")
    if (envelope["source"], envelope["feed"]) != (feed.source, feed.kind.value):
        raise UpstreamUnavailable("the page is of another feed", problem=Trouble.WRONG_PAGE)
    if envelope["cursor"] != cursor:
        raise UpstreamUnavailable("the page is of another cursor", problem=Trouble.WRONG_PAGE)
    rows = envelope["rows"]
    if not isinstance(rows, list) or not isinstance(envelope["exhausted"], bool):
        raise _malformed("it has no rows, or does not say whether it is the last")
    if not is_count(envelope["count"]) or envelope["count"] != len(rows) or len(rows) > limit:
        raise UpstreamUnavailable(
            "the page has another number of rows than it says, or more than asked for",
            problem=Trouble.WRONG_COUNT,
        )
    return Page(
        rows=[_row(row, position=f"{cursor}#{number}") for number, row in enumerate(rows, start=1)],
        next_cursor=_cursor(envelope["next_cursor"]),
        as_of=_as_of(envelope["as_of"]),
        exhausted=envelope["exhausted"],
        remaining=_remaining(envelope.get("remaining")),
        fingerprint=keyed_digest(json.dumps(rows, sort_keys=True).encode()),
    )


def parse_feeds(body: bytes) -> list[FeedName]:
    """Return the feeds that a source says it has. Raises UpstreamUnavailable."""
    envelope = _envelope(body)
    feeds = envelope.get("feeds")
    if envelope.keys() != {"format", "feeds"} or envelope["format"] != FORMAT or not isinstance(feeds, list):
        raise _malformed("it is no list of feeds")
    return [_feed(one) for one in feeds]


class _Doubled(dict[str, Any]):
    """An object that names a field twice."""


def _envelope(body: bytes) -> dict[str, Any]:
    try:
        envelope = json.loads(
            body.decode(), object_pairs_hook=_object, parse_constant=_refuse_constant, parse_int=_whole_number
        )
    except (ValueError, RecursionError):
        raise _malformed("it is no JSON") from None
    if type(envelope) is not dict:
        raise _malformed("it is no JSON object, or names a field twice")
    return envelope


def _row(row: object, *, position: str) -> FeedRow:
    match row:
        case _Doubled():
            unreadable = RejectionReason.DUPLICATE_KEY
        case dict():
            return FeedRow(position=position, content=row)
        case _:
            unreadable = RejectionReason.NOT_AN_OBJECT
    return FeedRow(position=position, content=json.dumps(row).encode(), unreadable=unreadable)


def _cursor(value: object) -> str:
    if not isinstance(value, str) or not _CURSOR.fullmatch(value):
        raise _malformed("its next cursor is none")
    return value


def _as_of(value: object) -> datetime | None:
    if value is None:
        return None
    instant = parse_instant(value) if isinstance(value, str) else RejectionReason.MALFORMED_TIME
    if isinstance(instant, RejectionReason):
        raise _malformed("its as_of is no time")
    return instant


def _remaining(value: object) -> int | None:
    if value is not None and not is_count(value):
        raise _malformed("its remaining is no number of rows")
    return value  # type: ignore[return-value]


def _feed(one: object) -> FeedName:
    match one:
        case {"source": str(source), "feed": str(kind), **rest} if kind in Kind.values and not rest:
            return FeedName(source=source, kind=Kind(kind))
        case _:
            raise _malformed("it names something that is no feed")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _Doubled(found)


def _whole_number(text: str) -> int | float:
    # Longer ones are no value of any field, and Python refuses to read the longest.
    return int(text) if len(text) < 20 else float(text)


def _refuse_constant(_name: str) -> Never:
    raise ValueError


def _malformed(why: str) -> UpstreamUnavailable:
    return UpstreamUnavailable(f"the page has not the form of a page: {why}", problem=Trouble.MALFORMED_PAGE)
