"""The reference feed server: the contract of docs/feed.md, 8, over a folder of feed files."""

import base64
import gzip
import re
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from demo.feed_server.misbehaviour import PAGES, SENDING, SIGNED, WIRE, Answer
from demo.feed_server.pages import Envelope, NoSuchPlace, envelope_of, feeds_text
from records.backends.files import FolderSource
from records.backends.http_signing import signature_header
from records.models import Kind
from records.upstream import FeedName

# Everybody knows these.
TOKEN = "demo-feed-token-known-to-all"
KEY_ID = "demo-2022-05"
_KEY = Ed25519PrivateKey.from_private_bytes(b"demo-feed-key-that-everybody-has")

_FEED = re.compile(r"/feeds/([a-z0-9-]{1,40})/([a-z]{1,10})")
_LIMIT = re.compile(r"[1-9][0-9]{0,6}")


class FeedServer(ThreadingHTTPServer):
    """Serves a folder on this machine. ``misbehave`` may change at any time; None of them: it behaves."""

    daemon_threads = True
    block_on_close = False

    def __init__(
        self, folder: Path, *, port: int = 0, misbehave: Sequence[str] = (), most_rows: int = 5000
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.folder, self.misbehave, self.most_rows = folder, list(misbehave), most_rows
        self.stopping = threading.Event()
        self.asked: list[str] = []
        """The paths that were asked for."""
        self._last: dict[FeedName, Envelope] = {}

    @property
    def url(self) -> str:
        """The base address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def shutdown(self) -> None:
        """Stop, and let go of every answer that is still being dragged out."""
        self.stopping.set()
        super().shutdown()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a reader that turns away from a page of ours is what we are here for."""

    def next_misbehaviour(self) -> str:
        """Return what to do wrong now, one after the other; "" for nothing."""
        if not self.misbehave:
            return ""
        self.misbehave.append(self.misbehave.pop(0))
        return self.misbehave[-1]

    def page(self, feed: FeedName, *, cursor: str, limit: int, wrong: str) -> str:
        """Return a page as text. Raises NoSuchPlace."""
        page = envelope_of(self.folder, feed, cursor=cursor, limit=min(limit, self.most_rows))
        before = self._last.get(feed, page)
        if wrong == "repeated-page" and cursor:
            page.rows, page.count, page.exhausted = before.rows, before.count, False
        elif wrong == "returning-cursor":
            page.next_cursor, page.exhausted = before.cursor, False
        else:
            self._last[feed] = replace(page)
        if wrong in PAGES:
            PAGES[wrong](page)
        text = page.text(without="as_of" if wrong == "missing-field" else "")
        return text[:-1] if wrong == "not-json" else text


def http_sources_entry(server: FeedServer) -> list[Mapping[str, Any]]:
    """Return what HTTP_SOURCES has to say for this server: an entry for each of its sources."""
    kinds: dict[str, list[str]] = {}
    for feed in FolderSource(server.folder).feeds():
        kinds.setdefault(feed.source, []).append(feed.kind.value)
    public = base64.b64encode(_KEY.public_key().public_bytes_raw()).decode()
    return [
        {"source": name, "url": server.url, "token": TOKEN, "keys": {KEY_ID: public}, "kinds": of_source}
        for name, of_source in kinds.items()
    ]


class _Handler(BaseHTTPRequestHandler):
    """One request on one connection."""

    server: FeedServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # noqa: N802 - so it is called
        self.close_connection = True
        wrong = self.server.next_misbehaviour()
        self.server.asked.append(urlsplit(self.path).path)
        answer = self._answer(wrong)
        if wrong in WIRE:
            WIRE[wrong](answer)
        self._send(answer, wrong)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet: what the reader makes of it stands in the ledger."""

    def _answer(self, wrong: str) -> Answer:
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            return Answer(status=401, headers={"WWW-Authenticate": "Bearer"})
        address = urlsplit(self.path)
        query = parse_qs(address.query, keep_blank_values=True)
        cursor, limit = query.get("cursor", [""])[0], query.get("limit", ["1000"])[0]
        found = _FEED.fullmatch(address.path)
        try:
            if address.path == "/feeds":
                text = feeds_text(self.server.folder)
            elif found and found[2] in Kind.values and _LIMIT.fullmatch(limit):
                feed = FeedName(source=found[1], kind=Kind(found[2]))
                text = self.server.page(feed, cursor=cursor, limit=int(limit), wrong=wrong)
            else:
                raise NoSuchPlace
        except NoSuchPlace:
            return Answer(status=404)
        return self._signed(text.encode(), path=address.path.removeprefix("/"), cursor=cursor, wrong=wrong)

    def _signed(self, body: bytes, *, path: str, cursor: str, wrong: str) -> Answer:
        header = signature_header(_KEY, key_id=KEY_ID, path=path, cursor=cursor, body=body)
        answer = Answer(headers={"Content-Type": "application/json", "Signature": header}, body=body)
        if wrong in SIGNED:
            SIGNED[wrong](answer)
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            answer.headers["Content-Encoding"] = "gzip"
            answer.body = gzip.compress(answer.body, compresslevel=1)
        return answer

    def _send(self, answer: Answer, wrong: str) -> None:
        headers = {"Content-Length": str(len(answer.body)), "Connection": "close"} | answer.headers
        lines = [f"{name}: {value}" for name, value in headers.items() if value]
        head = "\r\n".join([f"HTTP/1.1 {answer.status} Answer", *lines, "", ""]).encode()
        with suppress(OSError):
            if wrong in SENDING:
                SENDING[wrong](self.connection, (head, answer.body), self.server.stopping)
            else:
                self.connection.sendall(head + answer.body)
