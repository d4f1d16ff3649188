"""A browser for tests of real processes: cookies, forms and their CSRF tokens, and no script."""

import json
import re
from collections.abc import Callable
from urllib.parse import urlencode

from tests.deployment import Deployment, Reply

# As Django names them, and as production does.
_COOKIE = re.compile(r"(sessionid|csrftoken|__Host-session|__Host-csrf)=([^;]+)")


class FormBrowser:
    """Cookies and CSRF, as a browser without script has them; keeps what it has seen."""

    def __init__(self, deployment: Deployment, seen: list[Reply] | None = None) -> None:
        self.deployment, self.seen = deployment, [] if seen is None else seen
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Reply:
        return self._keep(self.deployment.call("GET", path, headers=self._headers()))

    def post(self, path: str, **fields: str) -> Reply:
        return self._keep(self.filled_in(path, **fields)())

    def filled_in(self, path: str, **fields: str) -> Callable[[], Reply]:
        """Load a form and fill it in; what is returned sends it, as often as it is called."""
        page = self.get(path if not path.endswith("find/") else "/admin/identity/person/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.body)
        assert token is not None, path
        headers = self._headers() | {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(fields | {"csrfmiddlewaretoken": token[1]})
        return lambda: self.deployment.call("POST", path, body=body, headers=headers)

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _keep(self, reply: Reply) -> Reply:
        self.seen.append(reply)
        self.cookies.update(_COOKIE.findall(json.dumps(reply.headers)))
        return reply
