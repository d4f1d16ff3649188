"""Who may call which address: read from the document, and found out by calling every address as everybody."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from identity.accounts import open_session
from identity.models import User
from identity.staff import StaffRole
from tests.makers import make_account, make_device_key, make_document, make_person, make_staff
from tests.project.prose import ROOT

MATRIX = ROOT / "docs" / "permissions.md"
ROLES = ("anyone", "citizen", "device", "auditor", "administrator")
NOTHING = "–"

# Reading first: some of the others sign the caller out.
_METHODS = ("GET", "PUT", "PATCH", "POST", "DELETE")
_SHUT = (401, 403)
_SIGN_IN = ("/sign-in", "/admin/login/")
_ROW = re.compile(r"^\| `/(?P<route>[^`]*)` \|(?P<cells>.*)\|$", re.MULTILINE)
_NO_SUCH_ID = "01814b56-f900-7348-8a68-83cb31c06918"
_SAMPLES = (
    (re.compile(r"<uuid:\w+>|<path:object_id>|<str:\w+>"), _NO_SUCH_ID),
    (re.compile(r"<path:content_type_id>/<path:\w+>"), "1/1"),
    (re.compile(r"<slug:\w+>"), "abcdefgh"),
    (re.compile(r"<int:\w+>"), "7"),
    (re.compile(r"<url>"), "nothing-here"),
    (re.compile(r"<app_label>"), "identity"),
)
_REGEX_GROUP = re.compile(r"\^?\(\?P(<\w+>)[^)]*\)")


def routes() -> Iterator[str]:
    """Yield every address of the URL map, as its pattern."""
    yield from dict.fromkeys(_routes(get_resolver().url_patterns, ""))


def written() -> dict[str, dict[str, str]]:
    """Return the matrix of the document: route, role, methods."""
    found = {}
    for row in _ROW.finditer(MATRIX.read_text("utf-8")):
        cells = [cell.strip() for cell in row["cells"].split("|")]
        found[row["route"]] = dict(zip(ROLES, cells, strict=True))
    return found


def line(route: str, methods: dict[str, str]) -> str:
    """Return a row as the document writes it."""
    return f"| `/{route}` | {' | '.join(methods[role] for role in ROLES)} |"


class Everybody:
    """One of each role, who calls an address and sees whether it is open."""

    def __init__(self, *, at: datetime) -> None:
        self._at = at
        person = make_person(make_document(), at=at)
        accounts = {
            "citizen": make_account("+8613900000041", at=at, person=person),
            "auditor": make_staff("+8613900000042", at=at, role=StaffRole.AUDITOR),
            "administrator": make_staff("+8613900000043", at=at),
        }
        _, key = make_device_key()
        self._clients: dict[str, Callable[[], Client]] = {
            "anyone": Client,
            "device": lambda: Client(headers={"Authorization": f"Api-Key {key}"}),
        } | {role: self._signed_in(account) for role, account in accounts.items()}

    def methods_open(self, route: str) -> dict[str, str]:
        """Return for each role the methods that an address lets through, or a dash."""
        return {role: self._open_to(role, route) for role in ROLES}

    def _open_to(self, role: str, route: str) -> str:
        path = _path_of(route)
        # The admin's pages know these two; asking for the others would only be slow.
        methods = ("GET", "POST") if route.startswith("admin/") else _METHODS
        client = self._clients[role]()
        is_open = [method for method in methods if _is_open(client, method, path)]
        return ", ".join(is_open) or NOTHING

    def _signed_in(self, account: User) -> Callable[[], Client]:
        def client() -> Client:
            token = open_session(account, at=self._at).token
            made = Client(headers={"Authorization": f"Bearer {token}"})
            made.force_login(account)
            return made

        return client


def _is_open(client: Client, method: str, path: str) -> bool:
    response: Any = client.generic(method, path)
    if response.status_code == 405 or response.status_code in _SHUT:
        return False
    where = response.headers.get("Location", "")
    return not (where.startswith(_SIGN_IN) and not path.startswith(_SIGN_IN))


def _path_of(route: str) -> str:
    for pattern, sample in _SAMPLES:
        route = pattern.sub(sample, route)
    return f"/{route}"


def _routes(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + _REGEX_GROUP.sub(r"\1", str(pattern.pattern)).removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route
