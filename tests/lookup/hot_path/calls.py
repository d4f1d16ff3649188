"""Calls of gates as a server hands them over, to the application that servers run."""

import io
import json
from dataclasses import dataclass
from typing import Any

from healthkit.wsgi import application


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def call(path: str, body: Any, *, key: str = "", through: Any = application, **environ: Any) -> Answer:
    """Send a body to an address below /api/v1/ as a POST; what is in ``environ`` goes first."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    given: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/api/v1/{path}",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(sent)),
        "HTTP_HOST": "testserver",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(sent),
        "wsgi.errors": io.StringIO(),
    }
    if key:
        given["HTTP_AUTHORIZATION"] = f"Api-Key {key}"
    seen: list[Any] = []
    chunks = through(given | environ, lambda status, headers, *rest: seen.append((status, headers)))
    content = b"".join(chunks)
    [(status, headers)] = seen
    return Answer(status=int(status[:3]), headers=dict(headers), body=content)
