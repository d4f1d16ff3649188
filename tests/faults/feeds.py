"""A folder of feeds for the fault runs: every kind, versions, withdrawals, rows to refuse; from a seed."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from records.models import Kind
from tests import household
from tests.deployment import Deployment
from tests.records.feeds import (
    as_line,
    make_alert,
    make_dose,
    make_kinship,
    make_order,
    make_person,
    make_pooled,
    make_test,
    make_tube,
    number_of,
)

# By the true clock, which the processes of these runs have: old tests would be refused.
LAST_DAY = date.today() - timedelta(days=2)
NEXT_DAY = LAST_DAY + timedelta(days=1)
AS_OF = f"{NEXT_DAY}T09:00:00+08:00"
PEOPLE = 4000
TUBES = 400
FILES = 3
SEED = 20220520
TRUSTED = {"lab-a": (Kind.TESTS, Kind.TUBES), "control": (Kind.ORDERS, Kind.ALERTS)}
TRUST = ("--speaks-for", "*", "--most-turned-people", "1000000")
"""These may turn as many people as they like; the rows of "venue" are held."""
_FIRST_BIRTHDAY = date(1950, 1, 1)
_TO_2099 = {"in_force_until": "2099-01-01T00:00:00Z"}

# What a correction changes; the same version with it is a contradiction. No name: whether a test's name
# contradicts the registry's hangs on which came first, and two workers take turns as they like.
_CORRECTED: dict[Kind, dict[str, Any]] = {
    Kind.REGISTRY: {"card_issued_on": "2021-03-01"},
    Kind.KINSHIP: {"evidence": "COURT_DECISION"},
    Kind.TESTS: {"laboratory": "Lab B"},
    Kind.TUBES: {"result": "DETECTED"},
    Kind.DOSES: {"lot_number": "L-2"},
    Kind.ORDERS: {"contact": "010-99999"},
    Kind.ALERTS: {"contact": "010-99999"},
}


def write_feeds(folder: Path) -> int:
    """Write the feeds below a folder and return how many rows they have."""
    random, written = Random(SEED), 0
    for (source, kind), rows in _feeds(random).items():
        lines = [as_line(row) for row in _with_trouble(kind, rows, random)]
        random.shuffle(lines)
        _write(folder / source / kind, source, kind, lines)
        written += len(lines)
    household.write_feeds(folder)
    return written + 3


def _feeds(random: Random) -> dict[tuple[str, Kind], list[dict[str, Any]]]:
    people = range(PEOPLE)
    return {
        ("register", Kind.REGISTRY): [_of(make_person(f"p-{n}"), n) for n in people if n % 8],
        ("register", Kind.KINSHIP): [_kinship(n) for n in people if n % 5 == 0],
        ("lab-a", Kind.TESTS): [test for n in people for test in _tests(n, random)],
        ("lab-a", Kind.TUBES): [
            make_tube(f"tube-{n}", tube_code=f"T{n}", issued_at=f"{NEXT_DAY}T08:00:00+08:00")
            for n in range(TUBES)
        ],
        ("lab-b", Kind.TESTS): [_of(_on_day(make_test(f"b-{n}"), n % 9), n) for n in people if n % 2],
        ("sites", Kind.DOSES): [
            _of(make_dose(f"d-{n}-{dose}", dose_number=dose), n) for n in people for dose in (1, 2)
        ],
        ("control", Kind.ORDERS): [_of(make_order(f"o-{n}", **_TO_2099), n) for n in people if n % 10 == 0],
        ("control", Kind.ALERTS): [_of(make_alert(f"a-{n}"), n) for n in people if n % 10 == 1],
        ("venue", Kind.ORDERS): [_of(make_order(f"v-{n}", **_TO_2099), n) for n in people if n % 10 == 2],
    }


def _tests(person: int, random: Random) -> Iterator[dict[str, Any]]:
    for number in range(3):
        yield _of(_on_day(make_test(f"t-{person}-{number}"), random.randrange(10)), person)
    if person % 10 == 2:
        # Whom "venue" turns is not in doubt before: it would matter which feed came first.
        return
    tube = f"T{random.randrange(TUBES)}"
    yield _of(_on_day(make_pooled(f"t-{person}-pooled", tube), 0), person)


def _on_day(row: dict[str, Any], days_before: int) -> dict[str, Any]:
    day = LAST_DAY - timedelta(days=days_before)
    issued_at = row["issued_at"] and f"{NEXT_DAY}T06:30:00+08:00"
    times = {"collected_at": f"{day}T08:00:00+08:00", "issued_at": issued_at}
    return row | {"record_day": day.isoformat()} | times


def _of(row: dict[str, Any], person: int) -> dict[str, Any]:
    return row | {"document_number": _number(person)}


def _kinship(person: int) -> dict[str, Any]:
    return make_kinship(
        f"k-{person}",
        guardian_document_number=_number(person),
        ward_document_number=_number(person + PEOPLE),
    )


def _number(person: int) -> str:
    born = _FIRST_BIRTHDAY + timedelta(days=person // 500)
    return number_of(person % 500, born=f"{born:%Y%m%d}")


def _with_trouble(kind: Kind, rows: Sequence[dict[str, Any]], random: Random) -> Iterator[Any]:
    """Yield the rows and, after some of them, what sources do with rows."""
    for row in rows:
        yield row
        match random.randrange(60):
            case 0 | 1 | 2:
                yield row | _CORRECTED[kind] | {"version": 2}
            case 3:
                yield row | {"version": 3, "withdrawn": True}
            case 4:
                yield row
            case 5:
                yield row | _CORRECTED[kind]
            case 6:
                yield row | {"record_id": f"{row['record_id']}-bad", "withdrwan": True}
            case 7:
                yield row | {"record_id": f"{row['record_id']}-again", "version": 4}
            case 8:
                yield as_line(row)[:-9]
            case _:
                pass


def _write(folder: Path, source: str, kind: Kind, lines: Sequence[bytes]) -> None:
    folder.mkdir(parents=True)
    for file in range(FILES):
        part = lines[file::FILES]
        header = {"feed": kind, "format": 1, "source": source, "as_of": AS_OF, "count": len(part)}
        content = b"".join(line + b"\n" for line in (as_line(header), *part))
        (folder / f"{file:04}.ndjson").write_bytes(content)


def trust(deployment: Deployment) -> None:
    """Let the sources turn as many people as these feeds do, in a deployment whose tables are made."""
    for source, kinds in TRUSTED.items():
        done = deployment.manage("allow_source", source, *kinds, *TRUST)
        assert done.returncode == 0, done.stderr
