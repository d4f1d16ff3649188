"""A town for the sync: people on file with one old test each, and deliveries of new tests about them."""

import io
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from civil_time import civil_date

if TYPE_CHECKING:
    from uuid import UUID

SOURCE = "laboratory"
_SURNAMES, _GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡", "小满明华丽娜强伟芳秀英军敏静磊洋勇艳杰娟"
_FIRST_BIRTH, _A_DAY = date(1930, 1, 1), 900
_PERIOD = timedelta(days=20)
_CHUNK = 100_000


class Town:
    """People by number from 0; ``at`` is the clock, shortly before which their tests are taken."""

    def __init__(self, *, at: datetime) -> None:
        self.at, self.people = at, 0
        self._random = random.Random(7)
        self._delivered = 0

    def grow(self, people: int) -> None:
        """Put people on file up to a number, each registered, with a summary of one old test."""
        from django.db import connection

        while self.people < people:
            until = min(people, self.people + _CHUNK)
            with connection.cursor() as cursor:
                cursor.copy_expert("COPY identity_person FROM STDIN", io.StringIO(self._people(until)))
                cursor.execute(_SUMMARIES, {"at": self.at, "old": self.at - timedelta(days=40)})
            self.people = until
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE identity_person, records_summary")

    def key(self, person: int) -> "UUID":
        """Return the key of a person."""
        from identity.keyring import key_of
        from tests.makers import make_document

        born_on, serial = _birth_and_serial(person)
        return key_of(make_document(born_on, sequence=serial))

    def deliver(self, folder: Path, rows: int, *, share: float) -> Path:
        """Write a file of new tests; ``share`` says how far between the first and the last of all it lies."""
        self._delivered += 1
        path = folder / f"{self._delivered:06d}.ndjson"
        path.parent.mkdir(parents=True, exist_ok=True)
        head = f'"feed": "tests", "format": 1, "source": "{SOURCE}", "as_of": "{self.at.isoformat()}"'
        with path.open("w", encoding="utf-8") as file:
            file.write(f'{{{head}, "count": {rows}}}\n')
            file.writelines(self._rows(rows, begin=self.at - _PERIOD + share * (_PERIOD - timedelta(days=2))))
        return path

    def _rows(self, rows: int, *, begin: datetime) -> Iterator[str]:
        draw, delivered = self._random.random, self._delivered
        for number in range(rows):
            person = int(draw() * self.people)
            collected = begin + timedelta(seconds=int(20_000 * number / rows + 3600 * draw()))
            issued = collected + timedelta(seconds=int(18_000 + 18_000 * draw()))
            yield (
                f'{{"record_id": "T{delivered:06d}-{number:06d}", "version": 1, "document_type": "10", '
                f'"document_number": "{number_of(person)}", "name": "{_name(person)}", '
                f'"record_day": "{civil_date(collected)}", "collected_at": "{collected.isoformat()}", '
                f'"issued_at": "{issued.isoformat()}", "result": "NOT_DETECTED", '
                f'"laboratory": "Laboratory {number % 5}", "sampling_site": "Site {number % 300}", '
                f'"district": "East"}}\n'
            )

    def _people(self, until: int) -> str:
        from identity.keyring import key_of, sealing_ring
        from identity.models import name_context, number_context
        from identity.versioned_merge import copy_line
        from tests.makers import make_document

        lines, ring = [], sealing_ring()
        for person in range(self.people, until):
            born_on, serial = _birth_and_serial(person)
            document = make_document(born_on, sequence=serial)
            key = key_of(document)
            number = ring.seal(document.number, context=number_context(key))
            name = ring.seal(_name(person), context=name_context(key))
            known = (key, "10", number, name, born_on, document.sex, None, "", self.at, None)
            lines.append(copy_line((*known, "registry", f"p-{person}", 1, key, False, self.at, person)))
        return "\n".join(lines)


_SUMMARIES = """
    INSERT INTO records_summary
        (person_key, naats, doses, orders, alerts, record_in_review, updated_at, changed_seq)
    SELECT person_key, jsonb_build_array(jsonb_build_array(
            extract(epoch FROM %(old)s)::bigint, extract(epoch FROM %(old)s)::bigint, 'N', 0)),
        '[]', '[]', '[]', FALSE, %(at)s, changed_seq
    FROM identity_person ON CONFLICT DO NOTHING
"""


def _birth_and_serial(person: int) -> tuple[date, int]:
    return _FIRST_BIRTH + timedelta(days=person // _A_DAY), 1 + person % _A_DAY


def number_of(person: int) -> str:
    """Return the document number of a person."""
    from tests.makers import make_number

    born_on, serial = _birth_and_serial(person)
    return make_number(born_on, sequence=serial)


def _name(person: int) -> str:
    parts = _SURNAMES[person % 15], _GIVEN[person // 15 % 20], _GIVEN[person // 300 % 20]
    return "".join(parts)


def clock() -> datetime:
    """Return the clock of a run."""
    return datetime.now(UTC).replace(microsecond=0)
