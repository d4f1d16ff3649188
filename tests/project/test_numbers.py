"""No number in the repository is anybody's: address code 119999, or a vector that says why it is there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.prose import ROOT

VECTORS = "tests/identity/document_vectors.json"
NOBODYS_CODE = "119999"

_RESIDENT_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
_READABLE = (".py", ".json", ".md", ".html", ".po", ".js", ".css", ".toml", ".in", ".txt", ".sh", ".example")
_MADE = frozenset({"var", "staticfiles", "build", "dist"})
_SAYS_SO = re.compile(r"(foreign|rejection) vector, not a fixture")


def our_files() -> Iterator[Path]:
    """Yield every text file of the repository; what tools and runs have made is left out."""
    for top in ROOT.iterdir():
        if top.name.startswith(".") and top.name not in (".ci", ".env.example") or top.name in _MADE:
            continue
        inside = top.rglob("*") if top.is_dir() else [top]
        yield from (path for path in inside if path.is_file() and path.name.endswith(_READABLE))


def strangers_in(text: str) -> list[str]:
    """Return the numbers of 18 characters in a text that do not stand on the unassigned address code."""
    return [number for number in _RESIDENT_NUMBER.findall(text) if not number.startswith(NOBODYS_CODE)]


def test_no_file_but_the_vectors_holds_a_number_that_could_be_somebody_s() -> None:
    files = {path.relative_to(ROOT).as_posix(): path for path in our_files()}
    assert len(files) > 400
    assert VECTORS in files
    found = {name: strangers_in(path.read_text("utf-8")) for name, path in files.items() if name != VECTORS}
    assert {name: len(numbers) for name, numbers in found.items() if numbers} == {}


def test_every_foreign_vector_says_that_it_is_one() -> None:
    content = json.loads((ROOT / VECTORS).read_text(encoding="utf-8"))
    vectors = [vector for kind in ("well_formed", "rejected") for vector in content[kind]]
    foreign = [vector for vector in vectors if strangers_in(vector["raw"])]
    assert foreign
    assert [vector["why"] for vector in foreign if not _SAYS_SO.search(vector["why"])] == []


@pytest.mark.parametrize("code", ["11010" + "1", "90000" + "0"])
def test_strangers_in_finds_a_number_on_another_address_code(code: str) -> None:
    body = "19900101001" + "0"
    assert strangers_in(f'number = "{code}{body}"') == [code + body]
    assert strangers_in(f'number = "{NOBODYS_CODE}{body}"') == []
