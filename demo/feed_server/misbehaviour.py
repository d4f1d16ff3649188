"""Everything that goes wrong with a source, on request; each by a name, and in one of four places."""

import gzip
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from demo.feed_server.pages import Envelope

RETRY_AFTER_S = 120
BOMB_MEBIBYTES = 1000
_MEBIBYTE = 1024 * 1024
_BUSY_UNTIL = timedelta(minutes=2)


@dataclass(kw_only=True)
class Answer:
    """What goes over the wire."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def _wrong_count(page: Envelope) -> None:
    page.count += 1


def _too_many_rows(page: Envelope) -> None:
    page.rows = (page.rows or ["{}"]) * 20_001
    page.count = len(page.rows)


def _wrong_cursor(page: Envelope) -> None:
    page.cursor = "elsewhere"


def _wrong_source(page: Envelope) -> None:
    page.source = "somebody-else"


def _stuck_cursor(page: Envelope) -> None:
    page.next_cursor, page.exhausted = page.cursor, False


def _circling_cursor(page: Envelope) -> None:
    page.next_cursor, page.exhausted = "", False


PAGES: Mapping[str, Callable[[Envelope], None]] = {
    "wrong-count": _wrong_count,
    "too-many-rows": _too_many_rows,
    "wrong-cursor": _wrong_cursor,
    "wrong-source": _wrong_source,
    "stuck-cursor": _stuck_cursor,
    "circling-cursor": _circling_cursor,
}
"""What the page says of itself, signed all the same. What needs a page before, the server itself does."""


def _altered(answer: Answer) -> None:
    answer.body = answer.body.replace(b'"version": 1', b'"version": 2').replace(
        b'"version":1', b'"version":2'
    )


def _unsigned(answer: Answer) -> None:
    del answer.headers["Signature"]


def _unknown_key(answer: Answer) -> None:
    _key_id, signature = answer.headers["Signature"].split(", ")
    answer.headers["Signature"] = f'keyid="of-tomorrow", {signature}'


def _bad_signature(answer: Answer) -> None:
    key_id, _signature = answer.headers["Signature"].split(", ")
    answer.headers["Signature"] = f'{key_id}, signature="{"A" * 86}=="'


def _scrawled_signature(answer: Answer) -> None:
    answer.headers["Signature"] = "trust me"


SIGNED: Mapping[str, Callable[[Answer], None]] = {
    "altered-page": _altered,
    "unsigned": _unsigned,
    "unknown-key": _unknown_key,
    "bad-signature": _bad_signature,
    "scrawled-signature": _scrawled_signature,
}
"""What happens to a page after it was signed."""


def _status(status: int, **headers: str) -> Callable[[Answer], None]:
    def answer_with(answer: Answer) -> None:
        answer.status, answer.body = status, b'{"error": "on request"}'
        answer.headers = {"Content-Type": "application/json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }

    return answer_with


def _busy_until(answer: Answer) -> None:
    until = datetime.now(UTC) + _BUSY_UNTIL  # noqa: TID251 - a source has a clock of its own
    _status(429, Retry_After=format_datetime(until, usegmt=True))(answer)


def _html(answer: Answer) -> None:
    answer.headers["Content-Type"] = "text/html"
    answer.body = gzip.compress(b"<html>Please sign in</html>")


def _other_encoding(answer: Answer) -> None:
    answer.headers["Content-Encoding"] = "br"


def _broken_gzip(answer: Answer) -> None:
    answer.body = answer.body[:10] + b"\xff" * (len(answer.body) - 10)


def _cut_gzip(answer: Answer) -> None:
    answer.body = answer.body[:-9]


def _more_than_gzip(answer: Answer) -> None:
    answer.body += b"and more"


def _gzip_bomb(answer: Answer) -> None:
    packing = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    first, again = [packing.compress(bytes(_MEBIBYTE)) + packing.flush(zlib.Z_FULL_FLUSH) for _ in range(2)]
    answer.body = first + again * (BOMB_MEBIBYTES - 1)


def _endless_length(answer: Answer) -> None:
    answer.headers["Content-Length"] = str(10**12)


def _longer_than_it_is(answer: Answer) -> None:
    answer.headers["Content-Length"] = str(len(answer.body) + 10)


def _no_length(answer: Answer) -> None:
    answer.headers["Content-Length"] = ""


WIRE: Mapping[str, Callable[[Answer], None]] = {
    "error-500": _status(500),
    "error-502": _status(502),
    "unavailable": _status(503),
    "unavailable-for-a-while": _status(503, Retry_After=str(RETRY_AFTER_S)),
    "busy": _status(429),
    "busy-for-a-while": _status(429, Retry_After=str(RETRY_AFTER_S)),
    "busy-until": _busy_until,
    "busy-for-nonsense": _status(429, Retry_After="soon"),
    "busy-for-ever": _status(429, Retry_After="9" * 30),
    "unauthorized": _status(401),
    "forbidden": _status(403),
    "not-found": _status(404),
    "gone": _status(410),
    "redirect": _status(302, Location="/redirected"),
    "no-content": _status(204),
    "html": _html,
    "other-encoding": _other_encoding,
    "broken-gzip": _broken_gzip,
    "cut-gzip": _cut_gzip,
    "more-than-gzip": _more_than_gzip,
    "gzip-bomb": _gzip_bomb,
    "huge": _endless_length,
    "truncated": _longer_than_it_is,
    "no-length": _no_length,
}
"""What the answer is, and how it is packed."""


def _reset(peer: socket.socket, parts: Iterable[bytes], stopping: threading.Event) -> None:
    peer.sendall(b"".join(parts)[:-20])
    # With this, closing sends a reset instead of a proper end.
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _hang_up(peer: socket.socket, parts: Iterable[bytes], stopping: threading.Event) -> None:
    peer.shutdown(socket.SHUT_RDWR)


def _silent(peer: socket.socket, parts: Iterable[bytes], stopping: threading.Event) -> None:
    stopping.wait(600)


def _slow_headers(peer: socket.socket, parts: Iterable[bytes], stopping: threading.Event) -> None:
    _drip(peer, b"".join(parts), stopping)


def _slow_body(peer: socket.socket, parts: Iterable[bytes], stopping: threading.Event) -> None:
    head, body = parts
    peer.sendall(head)
    _drip(peer, body, stopping)


def _endless(peer: socket.socket, parts: Iterable[bytes], stopping: threading.Event) -> None:
    head, _body = parts
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-")]
    head = b"\r\n".join(
        [*lines[:-2], b"Content-Type: application/json", b"Transfer-Encoding: chunked", b"", b""]
    )
    peer.sendall(head)
    while not stopping.is_set():
        peer.sendall(b"10000\r\n" + b" " * 0x10000 + b"\r\n")


def _drip(peer: socket.socket, content: bytes, stopping: threading.Event) -> None:
    for number in range(len(content)):
        peer.sendall(content[number : number + 1])
        if stopping.wait(0.05):
            return


SENDING: Mapping[str, Callable[[socket.socket, Iterable[bytes], threading.Event], None]] = {
    "reset": _reset,
    "hang-up": _hang_up,
    "silent": _silent,
    "slow-headers": _slow_headers,
    "slow-body": _slow_body,
    "endless": _endless,
}
"""How the answer is sent, or is not."""

KINDS = sorted(
    [*PAGES, *SIGNED, *WIRE, *SENDING, "not-json", "missing-field", "repeated-page", "returning-cursor"]
)
