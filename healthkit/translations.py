"""`make messages` and the translation part of `make check`: are both languages complete?

Runs makemessages (needs Debian's gettext) on a copy of the sources' strings and compares.
"""

import subprocess
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("zh_Hans", "en")
_MAKE = [
    *("makemessages", "--no-location", "--no-wrap", "--ignore", ".venv/*", "--ignore", "var/*"),
    *("--ignore", "tests/*", "--ignore", "benchmarks/*", "-v", "0"),
    *(part for language in LANGUAGES for part in ("-l", language)),
]


def main() -> int:
    """Rewrite the catalogues; with --check restore them and fail if they were not up to date."""
    check = "--check" in sys.argv[1:]
    before = {path: path.read_bytes() for path in _catalogues()}
    _manage(*_MAKE)
    problems = [problem for path in _catalogues() for problem in _problems(path)]
    if check:
        changed = [
            path for path in _catalogues() if _entries(path.read_bytes()) != _entries(before.get(path, b""))
        ]
        problems += [f"{path.relative_to(ROOT)}: not up to date; run `make messages`" for path in changed]
        for path, content in before.items():
            path.write_bytes(content)
    elif not problems:
        _manage("compilemessages", "-v", "0", "--ignore", ".venv", "--ignore", "var")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _catalogues() -> list[Path]:
    return [ROOT / "locale" / language / "LC_MESSAGES" / "django.po" for language in LANGUAGES]


def _problems(path: Path) -> list[str]:
    catalogue = polib.pofile(str(path))
    name = path.relative_to(ROOT)
    missing = [f"{name}: not translated: {entry.msgid!r}" for entry in catalogue.untranslated_entries()]
    fuzzy = [f"{name}: fuzzy: {entry.msgid!r}" for entry in catalogue.fuzzy_entries()]
    return missing + fuzzy


def _entries(content: bytes) -> set[tuple[str, str]]:
    if not content:
        return set()
    return {
        (entry.msgid, entry.msgid_plural) for entry in polib.pofile(content.decode()) if not entry.obsolete
    }


def _manage(*arguments: str) -> None:
    subprocess.run([sys.executable, str(ROOT / "manage.py"), *arguments], cwd=ROOT, check=True)


if __name__ == "__main__":
    sys.exit(main())
