"""One GET with bounds on everything: time, bytes on the wire, bytes unpacked. No redirect is followed.

What a message of an error says is fit for a log: neither an address nor a credential is in it.
"""

import re
import ssl
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import httpx2

from records.models import Trouble
from records.upstream import UpstreamUnavailable

_GZIP = 16 + zlib.MAX_WBITS
_LONGEST_ASKED = timedelta(days=1)
_SECONDS = re.compile(r"[0-9]+")
# The resolver refuses some names in this way.
_NO_ADDRESS = (httpx2.InvalidURL, UnicodeError)
_CONNECTED = frozenset({"connection.connect_tcp.complete", "connection.start_tls.complete"})


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Seconds for a connection, for silence in between, and for the whole; bytes as sent and unpacked."""

    connect_s: float
    read_s: float
    whole_s: float
    sent_bytes: int
    unpacked_bytes: int


@dataclass(frozen=True, kw_only=True)
class Download:
    """A body, unpacked, and the signature that came with it."""

    body: bytes
    signature: str | None


def download(
    url: str, *, query: Mapping[str, str], token: str, bounds: Bounds, tls: ssl.SSLContext
) -> Download:
    """Return what stands at an address. Raises UpstreamUnavailable."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", "Accept-Encoding": "gzip"}
    timeout = httpx2.Timeout(bounds.read_s, connect=bounds.connect_s)
    with _Deadline(bounds.whole_s) as deadline:
        try:
            # Neither proxies nor .netrc of the environment: the credential goes to one address only.
            with (
                httpx2.Client(verify=tls, trust_env=False, timeout=timeout, follow_redirects=False) as client,
                client.stream(
                    "GET", url, params=query, headers=headers, extensions={"trace": deadline.watch}
                ) as response,
            ):
                _check_status(response)
                _check_headers(response, bounds)
                body = _read(response, bounds)
        except (httpx2.HTTPError, *_NO_ADDRESS) as error:
            raise _no_answer(error, too_late=deadline.has_passed) from None
        except UpstreamUnavailable:
            if deadline.has_passed:
                raise _too_slow() from None
            raise
        if deadline.has_passed:
            raise _too_slow()
    return Download(body=body, signature=response.headers.get("Signature"))


class _Deadline:
    """Ends a connection after a while, whatever it does: time-outs alone end silence, not slowness."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._socket: Any = None

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()

    @property
    def has_passed(self) -> bool:
        return time.monotonic() >= self._ends_at

    def watch(self, event: str, info: dict[str, Any]) -> None:
        """Take note of the connection's socket, which changes once TLS begins."""
        if event in _CONNECTED:
            self._socket = info["return_value"].get_extra_info("socket")
            if self.has_passed:
                self._end()

    def _end(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(2)


def _check_status(response: httpx2.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    asked = response.headers.get("Retry-After")
    retry_after = None if asked is None else parse_retry_after(asked)
    if status == 429 or (status == 503 and asked is not None):
        problem = Trouble.BUSY
    elif status >= 500:
        problem = Trouble.SERVER_ERROR
    elif status in (401, 403):
        problem = Trouble.NOT_LET_IN
    elif status in (404, 410):
        problem = Trouble.NOT_FOUND
    elif 300 <= status < 400:
        problem = Trouble.REDIRECTED
    else:
        problem = Trouble.UNEXPECTED_ANSWER
    raise UpstreamUnavailable(f"the source answered {status}", problem=problem, retry_after=retry_after)


def parse_retry_after(text: str) -> timedelta | datetime | None:
    """Return how long, or until when, a source asks to be left alone; None for nonsense. RFC 9110, 10.2.3."""
    if _SECONDS.fullmatch(text):
        return timedelta(seconds=int(text)) if len(text) < 6 else _LONGEST_ASKED
    try:
        asked = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return asked if asked.tzinfo else asked.replace(tzinfo=UTC)


def _check_headers(response: httpx2.Response, bounds: Bounds) -> None:
    headers = response.headers
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        raise UpstreamUnavailable("the answer is no JSON", problem=Trouble.MALFORMED_PAGE)
    if headers.get("Content-Encoding", "identity").lower() not in ("gzip", "identity"):
        raise UpstreamUnavailable("the page is packed in another way than gzip", problem=Trouble.BAD_ENCODING)
    length = headers.get("Content-Length")
    if length is None and "Transfer-Encoding" not in headers:
        # Then its end could not be told from a broken connection.
        raise UpstreamUnavailable("the answer has no length", problem=Trouble.UNEXPECTED_ANSWER)
    # The client has checked that it is a number.
    if length is not None and int(length) > bounds.sent_bytes:
        raise _too_large()


def _read(response: httpx2.Response, bounds: Bounds) -> bytes:
    chunks = _bounded(response, most=bounds.sent_bytes)
    if response.headers.get("Content-Encoding", "identity").lower() == "gzip":
        return _unpacked(chunks, most=bounds.unpacked_bytes)
    return b"".join(chunks)


def _bounded(response: httpx2.Response, *, most: int) -> Iterator[bytes]:
    received = 0
    for chunk in response.iter_raw():
        received += len(chunk)
        if received > most:
            raise _too_large()
        yield chunk


def _unpacked(chunks: Iterator[bytes], *, most: int) -> bytes:
    unpacking, parts, room = zlib.decompressobj(_GZIP), [], most
    try:
        for chunk in chunks:
            if unpacking.eof:
                raise _no_proper_end()
            # One byte beyond the bound tells that there is more; nothing is ever unpacked further.
            part = unpacking.decompress(chunk, room + 1)
            room -= len(part)
            if room < 0:
                raise _too_large()
            parts.append(part)
    except zlib.error:
        raise UpstreamUnavailable("the page cannot be unpacked", problem=Trouble.BAD_ENCODING) from None
    if not unpacking.eof or unpacking.unused_data:
        raise _no_proper_end()
    return b"".join(parts)


def _no_answer(error: Exception, *, too_late: bool) -> UpstreamUnavailable:
    if (
        too_late
        or isinstance(error, httpx2.TimeoutException)
        and not isinstance(error, httpx2.ConnectTimeout)
    ):
        return _too_slow()
    if _is_of_tls(error):
        return UpstreamUnavailable("the certificate of the source is not valid", problem=Trouble.TLS_FAILED)
    if isinstance(error, (httpx2.ConnectError, httpx2.ConnectTimeout, *_NO_ADDRESS)):
        return UpstreamUnavailable("the source cannot be reached", problem=Trouble.UNREACHABLE)
    return UpstreamUnavailable("the connection broke off", problem=Trouble.BROKEN_OFF)


def _is_of_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _no_proper_end() -> UpstreamUnavailable:
    return UpstreamUnavailable("the packed page has no proper end", problem=Trouble.BAD_ENCODING)


def _too_slow() -> UpstreamUnavailable:
    return UpstreamUnavailable("the source took too long", problem=Trouble.TOO_SLOW)


def _too_large() -> UpstreamUnavailable:
    return UpstreamUnavailable("the page is too large", problem=Trouble.TOO_LARGE)
