"""What others made stands here as they made it: with a licence, and with its checksum."""

import hashlib
from pathlib import Path

import pytest

VENDOR = Path(__file__).resolve().parents[2] / "healthkit" / "static" / "vendor"
BESIDE = {"README.md", "CHECKSUMS.sha256"}


def checksums() -> dict[str, str]:
    """Return file name → SHA-256 as the list beside the files has it."""
    lines = (VENDOR / "CHECKSUMS.sha256").read_text().splitlines()
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def test_list_names_every_file_and_no_other() -> None:
    found = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}

    assert found - BESIDE == set(checksums())


@pytest.mark.parametrize("name", sorted(checksums()))
def test_file_is_as_its_makers_published_it(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == checksums()[name]


@pytest.mark.parametrize("folder", sorted(path.name for path in VENDOR.iterdir() if path.is_dir()))
def test_licence_lies_beside_what_it_covers(folder: str) -> None:
    licences = [path for path in (VENDOR / folder).iterdir() if path.stem == "LICENSE"]

    assert len(licences) == 1
    assert "MIT" in licences[0].read_text()
