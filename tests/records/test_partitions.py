"""Daily partitions: made once, by one caller at a time, taking the rows of their day with them."""

from datetime import date

import pytest
from django.db import connection

from records.models import Kind, Naat
from records.partitions import NotPartitionedByDay, ensure_days
from tests.records.feeds import feed_page, make_test
from tests.records.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, LAST = date(2022, 5, 18), date(2022, 5, 21)


@pytest.fixture(autouse=True)
def _drop_partitions():
    yield
    with connection.cursor() as cursor:
        for table in ("records_naat", "lookup_lookup"):
            cursor.execute(f"TRUNCATE {table}")
            for name in partitions(table):
                cursor.execute(f"DROP TABLE {name}")


def partitions(table: str = "records_naat") -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass ORDER BY 1",
            [table],
        )
        return [name for (name,) in cursor.fetchall() if not name.endswith("_default")]


def rows_of(partition: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ONLY {partition}")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("table", ["records_naat", "lookup_lookup"])
def test_ensure_days_makes_a_partition_for_each_day_once(table):
    assert ensure_days(table, FIRST, LAST) == 3
    assert partitions(table) == [f"{table}_20220518", f"{table}_20220519", f"{table}_20220520"]
    assert ensure_days(table, FIRST, LAST) == 0
    assert ensure_days(table, LAST, FIRST) == 0


def test_ensure_days_moves_the_rows_of_a_day_that_lie_in_the_default(at):
    feed_page(Kind.TESTS, make_test(), make_test("t-2", record_day="2022-05-17"), at=at)
    ensure_days("records_naat", FIRST, LAST)
    assert rows_of("records_naat_20220519") == 1
    assert rows_of("records_naat_default") == 1
    assert Naat.objects.count() == 2


def test_sync_finds_its_rows_again_in_a_partition(at):
    feed_page(Kind.TESTS, make_test(), at=at)
    ensure_days("records_naat", FIRST, LAST)
    assert feed_page(Kind.TESTS, make_test(), at=at).duplicate == 1
    assert feed_page(Kind.TESTS, make_test(version=2), at=at).applied == 1
    assert feed_page(Kind.TESTS, make_test("t-3"), at=at).applied == 1
    assert rows_of("records_naat_20220519") == 2


def test_ensure_days_lets_two_callers_work_at_once():
    made = at_once(*[lambda: ensure_days("records_naat", FIRST, LAST)] * 2)
    assert sum(made) == 3
    assert len(partitions()) == 3


@pytest.mark.parametrize("table", ["records_tube", "no_such_table"])
def test_ensure_days_refuses_a_table_without_days(table):
    with pytest.raises(NotPartitionedByDay):
        ensure_days(table, FIRST, LAST)
