"""docs/architecture.md, 6 names the calls that exist, all of them."""

import re
from collections.abc import Iterator

import pytest
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from tests.project.prose import ROOT

ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
_CALL = re.compile(r"`(GET|POST|PUT|DELETE)(?:/\w+)? (/[^`\s]+)`")
_ID = "0190c0de-1111-7222-8333-444455556666"


def calls_under(heading: str) -> list[tuple[str, str]]:
    """Return method and path of each call in the table below a heading."""
    section = ARCHITECTURE.split(f"### {heading}\n")[1].split("\n### ")[0]
    # "with": a new way to make a call that exists.
    rows = [row for row in section.splitlines() if "` with `" not in row]
    return [(found[1], found[2]) for row in rows for found in _CALL.finditer(row)]


def is_there(method: str, path: str) -> bool:
    """Tell whether an address takes a method."""
    try:
        view = resolve(re.sub(r"\{\w+\}", _ID, path)).func
    except Resolver404:
        return False
    allowed = getattr(getattr(view, "cls", None), "http_method_names", None)
    return allowed is None or (method.lower() in allowed and hasattr(view.cls, method.lower()))


def api_paths(patterns: "list[URLPattern | URLResolver]", before: str = "/") -> Iterator[str]:
    """Yield the path of every call below /api/v1/, with {id} for what varies."""
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from api_paths(pattern.url_patterns, here)
        elif here.startswith("/api/v1/"):
            yield re.sub(r"<[^>]+>", "{id}", here)


@pytest.mark.parametrize(("method", "path"), calls_under("Calls that exist"))
def test_call_that_is_said_to_exist_is_there(method: str, path: str) -> None:
    assert is_there(method, path)


def test_every_call_of_the_api_is_said_to_exist() -> None:
    paths = set(api_paths(get_resolver().url_patterns))
    assert len(paths) >= 7
    told = {re.sub(r"\{\w+\}", "{id}", path) for _, path in calls_under("Calls that exist")}
    assert paths <= told


def test_is_there_tells_a_method_from_another() -> None:
    assert is_there("POST", "/api/v1/checks")
    assert not is_there("GET", "/api/v1/checks")
    assert not is_there("GET", "/api/v1/nothing")
