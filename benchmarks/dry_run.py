"""A policy's dry run over a whole city: seconds, growth, and what askers notice of it.

BENCH_DRY_RUN=100000,1000000,5000000 sets the sizes. People, summaries and tests are made by SQL, with a mix
of facts that is worse than a quiet day's: one in ten has an alert, an order, or a test that is not negative.
Answers are given without HTTP, one after the other, beside a dry run in a process of its own.
"""

import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.scene import scene
from benchmarks.town import clock
from civil_time import civil_date

if TYPE_CHECKING:
    from uuid import UUID

SIZES = [int(size) for size in os.environ.get("BENCH_DRY_RUN", "100000,1000000").split(",")]
LIMIT_S, LIMIT_AT = 30.0, 1_000_000
ANSWERS, NAMED = 1500, 1000

_PEOPLE = """
    INSERT INTO identity_person (person_key, document_type, number_sealed, name_sealed, born_on, sex,
        card_issued_on, face_reference, registered_at, died_on, source, record_id, version, digest,
        withdrawn, synced_at, changed_seq)
    SELECT key, CASE WHEN n % 100 < 96 THEN '10' WHEN n % 100 = 96 THEN '14' ELSE '20' END,
        %(number)s, %(name)s, born_on, 'MALE', CASE WHEN carded THEN DATE '2021-01-01' END,
        CASE WHEN carded THEN 'stub-face:x' ELSE '' END,
        CASE WHEN n % 7 > 0 THEN %(at)s - n % 400 * interval '1 day' - interval '1 day' END,
        CASE WHEN n % 500 = 0 THEN greatest(born_on, DATE '2022-01-01') END,
        'registry', 'p-' || n, 1, key, FALSE, %(at)s, n
    FROM (
        SELECT n, md5(n::text)::uuid AS key, (%(today)s::date - (n * 7919 % 32000)::int) AS born_on,
            n * 7919 % 32000 > 16 * 365 OR n % 3 = 0 AS carded
        FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
    ) people
"""
_SUMMARIES = """
    INSERT INTO records_summary
        (person_key, naats, doses, orders, alerts, record_in_review, updated_at, changed_seq)
    SELECT md5(n::text)::uuid,
        CASE WHEN n % 20 = 0 THEN '[]'
             WHEN n % 3 = 0 THEN jsonb_build_array(
                jsonb_build_array(collected - 1728000 - n % 3000000,
                    collected - 1700000 - n % 3000000, 'N', 0),
                jsonb_build_array(collected, collected + 20000 + n % 20000, 'N', 1))
             WHEN n % 50 = 7 THEN jsonb_build_array(
                jsonb_build_array(collected, collected + 20000, 'I', 0))
             WHEN n % 50 = 9 THEN jsonb_build_array(
                jsonb_build_array(collected, NULL, NULL, 0))
             ELSE jsonb_build_array(jsonb_build_array(collected, collected + 20000 + n % 20000, 'N', 0)) END,
        CASE WHEN n % 9 = 0 THEN '[]' ELSE jsonb_build_array(
            jsonb_build_array('CORONAVAC', DATE '2021-04-01' + (n % 300)::int, 1),
            jsonb_build_array('CORONAVAC', DATE '2021-05-01' + (n % 300)::int, 2)) END,
        CASE WHEN n % 200 = 11 THEN jsonb_build_array(jsonb_build_array(
            'HOME_ISOLATION', now_s - 86400 * (n % 9), now_s + 86400 * (n % 9), 'District centre',
            'R-' || n, '12345')) ELSE '[]' END,
        CASE WHEN n % 20 = 13 THEN jsonb_build_array(jsonb_build_array(
            CASE WHEN n % 40 = 13 THEN 'COUNTY_WITH_CASE' ELSE 'TEST_REQUIRED' END, now_s - n % 1500000, NULL,
            'District centre', 'A-' || n, '12345',
            CASE WHEN n % 40 = 13 THEN NULL ELSE 'MISSED_ROUNDS' END)) ELSE '[]' END,
        n % 300 = 5, %(at)s, n
    FROM (SELECT n, extract(epoch FROM %(at)s::timestamptz)::bigint AS now_s,
            extract(epoch FROM %(at)s::timestamptz)::bigint - 60000 - (n * 104729 % 900000) AS collected
          FROM generate_series(%(first)s::bigint, %(last)s::bigint) n) drawn
"""
_TESTS = """
    INSERT INTO records_naat (source, record_id, record_day, version, digest, withdrawn, synced_at,
        person_key, tube_code, specimen_number, collected_at, issued_at, result, laboratory,
        sampling_site, district)
    SELECT 'laboratory', 't-' || n, (%(at)s::timestamptz - n % 12 * interval '1 day')::date, 1,
        md5(n::text)::uuid, FALSE, %(at)s, md5(n::text)::uuid, '', '',
        %(at)s::timestamptz - n % 12 * interval '1 day', %(at)s::timestamptz - n % 12 * interval '1 day',
        'NOT_DETECTED', 'Laboratory', 'Site', 'District ' || n % 16
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
"""


def main() -> None:
    """Measure and print."""
    if sys.argv[1:] == ["again"]:
        _again()
        return
    with scene():
        _measure()


def _measure() -> None:
    at, made, seconds = clock(), 0, dict[int, float]()
    _feeds(at)
    for size in SIZES:
        _grow(made, size, at=at)
        made = size
        used = _processor_s()
        taken, compared = _run(at)
        used = _processor_s() - used
        seconds[size] = taken
        moved = sum(people for group, people in compared.groups.items() if group.before != group.after)
        print(
            f"\n{size:>10,} people: {taken:.1f} s, {used:.1f} s of it on a processor, "
            f"{compared.classes:,} classes judged, "
            f"{len(compared.groups):,} groups, {moved:,} answers moved"
        )
        if size == LIMIT_AT:
            print(f"  of the {LIMIT_S:.0f} s allowed {taken / LIMIT_S:.2f}")
        quiet, busy = _answers(size, at=at)
        print(
            f"  answers p99: {quiet:.2f} ms alone, {busy:.2f} ms during a run; "
            f"during ÷ alone {busy / quiet:.2f}"
        )
    first, last = SIZES[0], SIZES[-1]
    growth = (seconds[last] / last) / (seconds[first] / first)
    print(f"\nSeconds a person, {last:,} people ÷ {first:,}: {growth:.2f}")


def _run(at: datetime) -> tuple[float, Any]:
    from dataclasses import replace

    from lookup.admission import AdmissionPolicy
    from lookup.models import PolicyRevision
    from lookup.policies import dry_run

    before = PolicyRevision.objects.get(name="2022-06-06").read()
    after = replace(before, admission=AdmissionPolicy(face_needed_for_assisted=True))
    begun = time.perf_counter()
    compared = dry_run.compare(before, after, at=at)
    return time.perf_counter() - begun, compared


def _processor_s() -> float:
    """Return the seconds that this process and its connection's backend have had a processor."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _again() -> None:
    """Run over and over in a process of its own, until it is stopped."""
    import django

    django.setup()
    from django.utils import timezone

    while True:
        _run(timezone.now())
        print("run", flush=True)


def _answers(people: int, *, at: datetime) -> tuple[float, float]:
    """Return the 99th percentile in ms of answers alone and beside a dry run."""
    alone = _ask(people, at=at, go_on=None)
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.dry_run", "again"], env=os.environ, stdout=subprocess.DEVNULL
    )
    time.sleep(2.0)  # until it has started
    begun = time.perf_counter()
    beside = _ask(people, at=at, go_on=lambda: time.perf_counter() - begun < 20)
    process.kill()
    process.wait()
    quiet, busy = (1000 * statistics.quantiles(times, n=100)[98] for times in (alone, beside))
    return quiet, busy


def _ask(people: int, *, at: datetime, go_on: Callable[[], bool] | None) -> list[float]:
    """Answer about people by chance, audit row and all; return the seconds of each."""
    from django.db import transaction

    from lookup import answering
    from lookup.admission import Door, Proof
    from lookup.models import PolicyRevision

    draw, seconds, policy = random.Random(5), list[float](), PolicyRevision.objects.in_force(at)
    asked_about = _named(people)
    while len(seconds) < ANSWERS if go_on is None else go_on():
        key = draw.choice(asked_about)
        question = answering.Question(door=Door.CHECKPOINT, proof=Proof.NONE, asked_at=at, subject_key=key)
        begun = time.perf_counter()
        with transaction.atomic():
            answering.decide_and_record(question, born_on=None, policy=policy)
        seconds.append(time.perf_counter() - begun)
    return seconds


def _named(people: int) -> "list[UUID]":
    """Return the keys of some people, drawn from all and given a name that can be unsealed."""
    from django.db import connection

    from identity.keyring import sealing_ring
    from identity.models import name_context

    draw, keys = random.Random(people), []
    with connection.cursor() as cursor:
        for _ in range(NAMED):
            cursor.execute("SELECT md5(%s)::uuid", [str(draw.randrange(people))])
            keys.append(cursor.fetchone()[0])
            name = sealing_ring().seal("李小明", context=name_context(keys[-1]))
            cursor.execute(
                "UPDATE identity_person SET name_sealed = %s WHERE person_key = %s", [name, keys[-1]]
            )
    return keys


def _feeds(at: datetime) -> None:
    from records.models import Source

    for kind in ("registry", "tests", "doses", "orders"):
        Source.objects.create(name=f"source of {kind}", kind=kind, as_of=at)


def _grow(first: int, last: int, *, at: datetime) -> None:
    from uuid import UUID

    from django.db import connection

    from identity.keyring import sealing_ring
    from identity.models import name_context

    name = sealing_ring().seal("李小明", context=name_context(UUID(int=0)))
    values: dict[str, Any] = {"number": name, "name": name, "at": at, "today": civil_date(at)}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for begin in range(first, last, 250_000):
            part = values | {"first": begin, "last": min(begin + 250_000, last) - 1}
            for statement in (_PEOPLE, _SUMMARIES, _TESTS):
                cursor.execute(statement.replace(" % ", " %% "), part)
        cursor.execute("VACUUM ANALYZE identity_person, records_summary, records_naat")


if __name__ == "__main__":
    main()
