"""Feeds over HTTP: one source behind one address, each page checked before a row of it counts.

Source: docs/feed.md, 8; docs/adr/0009-pages-over-http-are-signed-and-taken-whole-or-not.md.
"""

import base64
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from records.backends.http_download import Bounds, download
from records.backends.http_page import parse_feeds, parse_page
from records.backends.http_signing import check_signature
from records.models import Kind, Trouble
from records.upstream import FeedName, Page, UpstreamUnavailable


@dataclass(frozen=True, kw_only=True)
class HttpAccount:
    """One entry of HTTP_SOURCES: where a source is, which feeds it has for us, and what proves both sides."""

    source: str
    url: str
    kinds: tuple[Kind, ...]
    token: str = field(repr=False)
    keys: Mapping[str, Ed25519PublicKey] = field(repr=False)
    ca_file: str | None = None

    @classmethod
    def from_settings(cls, entry: Mapping[str, Any]) -> "HttpAccount":
        """Return an entry as the settings have checked it."""
        keys = {
            key_id: Ed25519PublicKey.from_public_bytes(base64.b64decode(text))
            for key_id, text in entry["keys"].items()
        }
        return cls(
            source=entry["source"],
            url=entry["url"].rstrip("/"),
            kinds=tuple(Kind(kind) for kind in entry["kinds"]),
            token=entry["token"],
            keys=keys,
            ca_file=entry.get("ca_file"),
        )


class HttpSource:
    """The feeds of one source. The settings say which they are: a server brings in none by naming it."""

    reads_ahead = True

    def __init__(self, account: HttpAccount, *, bounds: Bounds) -> None:
        self._account, self._bounds = account, bounds

    def feeds(self) -> Sequence[FeedName]:
        """Return the feeds of this source, as the settings name them; asks nobody."""
        return [FeedName(source=self._account.source, kind=kind) for kind in self._account.kinds]

    def offered(self) -> Sequence[FeedName]:
        """Return the feeds that the source itself says it has. Raises UpstreamUnavailable."""
        return parse_feeds(self._get("feeds", cursor="", query={}))

    def fetch(self, feed: FeedName, *, cursor: str, limit: int) -> Page:
        """Return the page behind a cursor, checked. Raises UpstreamUnavailable."""
        path = f"feeds/{feed.source}/{feed.kind}"
        body = self._get(path, cursor=cursor, query={"cursor": cursor, "limit": str(limit)})
        page = parse_page(body, feed=feed, cursor=cursor, limit=limit)
        if page.next_cursor == cursor and (page.rows or not page.exhausted):
            raise UpstreamUnavailable("the cursor does not move on", problem=Trouble.CURSOR_STUCK)
        return page

    def turn_of(self, feed: FeedName) -> str:
        """Return the source: it is asked for one page at a time, whichever feed it is of."""
        return feed.source

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._account.ca_file)
        except OSError:
            raise UpstreamUnavailable("ca_file cannot be read", problem=Trouble.TLS_FAILED) from None

    def _get(self, path: str, *, cursor: str, query: Mapping[str, str]) -> bytes:
        account = self._account
        got = download(
            f"{account.url}/{path}", query=query, token=account.token, bounds=self._bounds, tls=self._tls
        )
        check_signature(got.signature, account.keys, path=path, cursor=cursor, body=got.body)
        return got.body
