"""A town for the sync: people on file with one old test each, and deliveries of new tests about them."""

import io
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from civil_time import civil_date

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

    def keep_days(self) -> None:
        """Make the partitions of all days on which a test can be taken here."""
        from records.partitions import ensure_days

        ensure_days("records_naat", civil_date(self.at - _PERIOD), civil_date(self.at) + timedelta(days=1))

    def grow(self, people: int, *, beside: int = 0) -> None:
        """Put people on file up to a number, each registered, with a summary of one old test.

        ``beside`` each of them are so many more whom the database makes by itself, in no order between
        the others, so that tables and indexes are those of a larger city. Nobody asks about these.
        """
        from django.db import connection

        days: dict[str, datetime | int] = {
            "at": self.at,
            "old": self.at - timedelta(days=40),
            "beside": beside,
        }
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            while self.people < people:
                until = min(people, self.people + _CHUNK // (1 + beside // 5))
                cursor.execute("CREATE TEMPORARY TABLE grown (LIKE identity_person)")
                cursor.copy_expert(f"COPY grown ({_COLUMNS}) FROM STDIN", self._people(until))
                cursor.execute(_BESIDE, days)
                cursor.execute("INSERT INTO identity_person SELECT * FROM grown ORDER BY random()")
                cursor.execute(_SUMMARIES, days)
                cursor.execute("DROP TABLE grown")
                self.people = until
            cursor.execute("VACUUM ANALYZE identity_person, records_summary")

    def fill(self, tests: int) -> None:
        """Put so many tests of anybody on file at once, made by the database; the summaries stay."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SELECT count(*) FROM identity_person")
            (people,), filled = cursor.fetchone(), 0
            while filled < tests:
                self._delivered += 1
                percent = 100 * min(1.0, (tests - filled) / people)
                begin = {"begin": self.at - _PERIOD, "number": self._delivered, "percent": percent}
                cursor.execute(_TESTS, begin)
                filled += cursor.rowcount
            cursor.execute("VACUUM ANALYZE records_naat")

    def deliver(self, folder: Path, rows: int, *, share: float, source: str = SOURCE) -> Path:
        """Write a file of new tests; ``share`` says how far between the first and the last of all it lies."""
        self._delivered += 1
        path = folder / f"{self._delivered:06d}.ndjson"
        path.parent.mkdir(parents=True, exist_ok=True)
        head = f'"feed": "tests", "format": 1, "source": "{source}", "as_of": "{self.at.isoformat()}"'
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

    def _people(self, until: int) -> io.StringIO:
        from identity.keyring import key_of, name_marks, sealing_ring
        from identity.models import name_context, number_context
        from identity.versioned_merge import copy_line
        from tests.makers import make_document

        lines, ring, marks = [], sealing_ring(), name_marks()
        for person in range(self.people, until):
            born_on, serial = _birth_and_serial(person)
            document = make_document(born_on, sequence=serial)
            key = key_of(document)
            number = ring.seal(document.number, context=number_context(key))
            name = ring.seal(_name(person), context=name_context(key))
            mark = marks.mark_of(key, _name(person))
            known = (key, "10", number, name, mark, born_on, document.sex, None, "", self.at, None)
            lines.append(copy_line((*known, "registry", f"p-{person}", 1, key, False, self.at, person)))
        return io.StringIO("\n".join(lines))


_COLUMNS = (
    "person_key, document_type, number_sealed, name_sealed, name_mark, born_on, sex, card_issued_on, "
    "face_reference, registered_at, died_on, source, record_id, version, digest, withdrawn, synced_at, "
    "changed_seq"
)
_BESIDE = f"""
    INSERT INTO grown ({_COLUMNS})
    SELECT md5('b' || n || record_id)::uuid, document_type, number_sealed, name_sealed, name_mark, born_on,
        sex, card_issued_on, face_reference, registered_at, died_on, source, 'b' || n || record_id,
        version, digest, withdrawn, synced_at, changed_seq
    FROM grown, generate_series(1, %(beside)s) n
"""
_SUMMARIES = """
    INSERT INTO records_summary
        (person_key, naats, doses, orders, alerts, record_in_review, updated_at, changed_seq)
    SELECT person_key, jsonb_build_array(jsonb_build_array(
            extract(epoch FROM %(old)s)::bigint, extract(epoch FROM %(old)s)::bigint, 'N', 0)),
        '[]', '[]', '[]', FALSE, %(at)s, changed_seq
    FROM grown ORDER BY random()
"""
_TESTS = """
    INSERT INTO records_naat
        (source, record_id, record_day, version, digest, withdrawn, synced_at, person_key, tube_code,
        specimen_number, collected_at, issued_at, result, laboratory, sampling_site, district)
    SELECT 'filled', 'F' || %(number)s || '-' || row_number() OVER (),
        (taken AT TIME ZONE 'Asia/Shanghai')::date, 1, person_key, FALSE, synced_at, person_key, '',
        '', taken, taken + interval '7 hours', 'NOT_DETECTED', 'Laboratory ' || n %% 5, 'Site ' || n %% 300,
        'East'
    FROM (
        SELECT person_key, synced_at, changed_seq AS n, %(begin)s + random() * interval '18 days' AS taken
        FROM identity_person TABLESAMPLE BERNOULLI (%(percent)s)
    ) taken
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
