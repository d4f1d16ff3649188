"""Sealing keys rotate: every sealed column of every model comes under the primary key; nothing is lost."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from io import StringIO
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, models, transaction

from cases import casework
from cases.models import CaseEvent
from cases.models.cases import text_context
from identity import claims, one_time_codes, resealing, second_factor
from identity.keyring import sealing_ring
from identity.models import (
    KinshipClaim,
    OneTimeCode,
    Person,
    User,
    claim_context,
    code_context,
    code_mobile_context,
    mobile_context,
    name_context,
    number_context,
)
from identity.models.second_factors import SecondFactor, secret_context
from identity.resealing import count_by_key, reseal, sealed_tables
from records.models import Kind, Quarantined
from records.quarantine import row_context
from tests.cases.complaints import file_case
from tests.identity.kin import AT, make_child, make_claim, make_father
from tests.makers import make_document, make_person, make_staff
from tests.records.feeds import feed_page, make_dose

pytestmark = pytest.mark.django_db

OLD, NEW = {1: b"demo-sealing-key-known-to-all-01"}, {2: b"n" * 32}
MOBILE = "+8613900000019"

# Every sealed column that there is, and what binds its values. Written down once more, on purpose.
BOUND_BY: dict[tuple[str, str], Callable[[UUID], str]] = {
    ("identity_person", "number_sealed"): number_context,
    ("identity_person", "name_sealed"): name_context,
    ("identity_user", "mobile_sealed"): mobile_context,
    ("identity_onetimecode", "mobile_sealed"): code_mobile_context,
    ("identity_onetimecode", "code_sealed"): code_context,
    ("identity_kinshipclaim", "ward_number_sealed"): lambda key: claim_context("ward_number", key),
    ("identity_kinshipclaim", "ward_name_sealed"): lambda key: claim_context("ward_name", key),
    ("identity_kinshipclaim", "evidence_reference_sealed"): lambda key: claim_context(
        "evidence_reference", key
    ),
    ("identity_secondfactor", "secret_sealed"): secret_context,
    ("cases_caseevent", "text_sealed"): text_context,
    ("records_quarantined", "row_sealed"): row_context,
}
NOT_SEALED = {
    ("identity_apisession", "token_hash"),
    ("identity_recoverycode", "code_hash"),
    ("identity_secondfactor", "enrolment_hash"),
}
KEY = UUID("00000000-0000-4000-8000-000000000001")


@pytest.fixture
def rotate(settings: Any) -> Iterator[Callable[..., None]]:
    """Set keys and primary, as a restart with other settings does."""

    def set_keys(keys: dict[int, bytes], *, primary: int) -> None:
        settings.SEALING_KEYS, settings.SEALING_PRIMARY = keys, primary
        sealing_ring.cache_clear()

    yield set_keys
    sealing_ring.cache_clear()


def fill() -> KinshipClaim:
    """Let each use case seal what it seals."""
    father, _child = make_father(), make_child()
    one_time_codes.order(
        MOBILE, purpose=OneTimeCode.Purpose.SIGN_UP, is_decoy=False, language="zh-hans", at=AT
    )
    feed_page(Kind.DOSES, make_dose("d-1", product="WATER"), make_dose("d-2", product="TEA"), at=AT)
    Quarantined.objects.filter(record_id="d-2").update(row_sealed=b"")
    second_factor.renew(make_staff("+8613900000018", at=AT), at=AT)
    case = file_case(father, _child.person_key, at=AT)
    casework.note(case.id, make_staff("+8613900000017", at=AT), "looked at the papers", at=AT)
    return make_claim(father)


def under(key: int) -> int:
    return sum(counts[key] for counts in count_by_key().values())


def test_every_sealed_column_of_the_models_is_known_with_what_binds_it() -> None:
    found = {(table.name, column): table for table in sealed_tables() for column in table.columns}
    assert set(found) == set(BOUND_BY)
    for (name, column), context in BOUND_BY.items():
        assert found[name, column].context(column, KEY) == context(KEY)


def test_every_column_of_bytes_is_sealed_or_known_not_to_be() -> None:
    binary = {
        (model._meta.db_table, one.column)
        for model in apps.get_models()
        for one in model._meta.local_concrete_fields
        if isinstance(one, models.BinaryField)
    }
    assert binary == set(BOUND_BY) | NOT_SEALED
    assert {table.key for table in sealed_tables()} == {"id", "person_key", "user_id"}


def test_reseal_brings_every_value_under_the_primary_key_and_the_old_key_may_go(
    rotate: Callable[..., None],
) -> None:
    claim = fill()
    sealed = {table.name for table in sealed_tables()}
    assert {name for name, counts in count_by_key().items() if counts[1]} == sealed
    before, versions = under(1), list(Person.objects.values_list("changed_seq", flat=True))
    rotate(OLD | NEW, primary=2)
    done = reseal()
    assert (done.values, done.broken) == (before, Counter())
    assert (under(1), under(2)) == (0, before)
    rotate(NEW, primary=2)
    assert Person.objects.get(pk=claim.ward_key).name == "李小明"
    assert {user.masked_mobile[-3:] for user in User.objects.filter(is_staff=False)} == {"012"}
    assert one_time_codes.mobile_of(OneTimeCode.objects.get()) == MOBILE
    assert len(one_time_codes.text_of(OneTimeCode.objects.get())) > 5
    claim.refresh_from_db()
    assert (claims.typed_name(claim), claims.reference(claim)) == ("李小明", "T110000123")
    factor = SecondFactor.objects.get()
    assert len(second_factor.secret_of(factor)) > 10
    note = CaseEvent.objects.get(kind=CaseEvent.Kind.NOTE)
    sealed_note = bytes(note.text_sealed)
    assert sealing_ring().unseal(sealed_note, context=text_context(note.id)) == "looked at the papers"
    row = Quarantined.objects.get(record_id="d-1")
    assert '"WATER"' in sealing_ring().unseal(row.row_sealed, context=row_context(row.id))
    assert bytes(Quarantined.objects.get(record_id="d-2").row_sealed) == b""
    # No answer has changed, so nothing that watches for changes is woken.
    assert list(Person.objects.values_list("changed_seq", flat=True)) == versions


def test_reseal_has_nothing_to_do_when_it_is_run_again(rotate: Callable[..., None]) -> None:
    fill()
    rotate(OLD | NEW, primary=2)
    assert reseal().values > 0
    values = list(Person.objects.values_list("number_sealed", flat=True))
    assert reseal().values == 0
    assert list(Person.objects.values_list("number_sealed", flat=True)) == values


@pytest.mark.parametrize(("batch_rows", "slice_rows"), [(1, 1), (1, 3), (2, 5), (7, 7), (3, 2), (100, 6)])
def test_reseal_reaches_every_row_whatever_the_batches(
    batch_rows: int, slice_rows: int, rotate: Callable[..., None], at: datetime
) -> None:
    for sequence in range(1, 7):
        make_person(make_document(sequence=sequence), at=at)
    rotate(OLD | NEW, primary=2)
    heard: list[int] = []
    assert reseal(on_values=heard.append, batch_rows=batch_rows, slice_rows=slice_rows).values == 12
    assert sum(heard) == 12
    assert max(heard) <= 2 * batch_rows
    assert count_by_key(slice_rows=slice_rows)["identity_person"] == Counter({2: 12})


def test_reseal_begins_where_a_run_that_ended_early_left_off(
    rotate: Callable[..., None], at: datetime
) -> None:
    for sequence in range(1, 7):
        make_person(make_document(sequence=sequence), at=at)
    rotate(OLD | NEW, primary=2)

    class Ended(Exception):
        pass

    def end(values: int) -> None:
        raise Ended

    with pytest.raises(Ended):
        reseal(on_values=end, batch_rows=2)
    assert under(2) == 4
    assert reseal(batch_rows=2).values == 8


def test_reseal_leaves_a_value_that_changed_after_it_was_read(
    rotate: Callable[..., None], at: datetime
) -> None:
    for sequence in range(1, 4):
        make_person(make_document(sequence=sequence), at=at)
    rotate(OLD | NEW, primary=2)
    last = Person.objects.order_by("person_key").last()
    assert last is not None
    sealed = sealing_ring().seal("王改名", context=name_context(last.person_key))

    def change(values: int) -> None:
        # The whole slice has been read by now; this row has not been written yet.
        Person.objects.filter(pk=last.pk, changed_seq=1).update(name_sealed=sealed, changed_seq=2)

    done = reseal(on_values=change, batch_rows=1)
    last.refresh_from_db()
    assert (last.name, bytes(last.name_sealed)) == ("王改名", sealed)
    assert count_by_key()["identity_person"] == Counter({2: 6})
    assert done.values == 5


def test_reseal_reports_and_leaves_what_does_not_open(rotate: Callable[..., None], at: datetime) -> None:
    good, bad = (make_person(make_document(sequence=sequence), at=at) for sequence in (1, 2))
    Person.objects.filter(pk=bad.pk).update(name_sealed=good.name_sealed)
    rotate(OLD | NEW, primary=2)
    done = reseal()
    assert done.broken == Counter({"identity_person": 1})
    assert count_by_key()["identity_person"] == Counter({1: 2, 2: 2})


@pytest.mark.django_db(transaction=True)
def test_reseal_waits_for_nobody_and_comes_back_to_a_row_that_somebody_is_writing(
    rotate: Callable[..., None], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, *_others = (make_person(make_document(sequence=sequence), at=at) for sequence in (1, 2, 3))
    rotate(OLD | NEW, primary=2)
    monkeypatch.setattr(resealing, "PAUSE_S", 0.0)
    locked, over = Event(), Event()

    def write() -> None:
        with transaction.atomic():
            Person.objects.select_for_update().get(pk=busy.pk)
            locked.set()
            over.wait(timeout=30)
        connection.close()

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(write)
        assert locked.wait(timeout=10)
        assert reseal().values == 4
        assert count_by_key()["identity_person"] == Counter({1: 2, 2: 4})
        over.set()
        writing.result(timeout=10)
    assert reseal().values == 2
    assert under(1) == 0


class TestCommand:
    def test_command_reseals_and_says_that_the_old_key_may_go(self, rotate: Callable[..., None]) -> None:
        fill()
        rotate(OLD | NEW, primary=2)
        said = run()
        assert "values sealed again in" in said
        assert "identity_person: 4 under key 2" in said
        assert said.splitlines()[-1] == ("Everything is under key 2. Any other key may leave SEALING_KEYS.")
        assert "values sealed again" not in run()

    def test_check_counts_and_changes_nothing(self, rotate: Callable[..., None], at: datetime) -> None:
        make_person(at=at)
        assert "identity_person: 2 under key 1" in run("--check")
        rotate(OLD | NEW, primary=2)
        with pytest.raises(CommandError, match="2 values are not under the primary key 2") as left:
            run("--check")
        assert left.value.returncode == 1
        assert under(1) == 2

    def test_command_says_that_a_key_is_missing(self, rotate: Callable[..., None], at: datetime) -> None:
        make_person(at=at)
        rotate(NEW, primary=2)
        written = StringIO()
        with pytest.raises(CommandError, match="2 values are not under"):
            call_command("reseal", stdout=written)
        assert "identity_person: 1 rows have a value that does not open with its key" in written.getvalue()


def run(*arguments: str) -> str:
    written = StringIO()
    call_command("reseal", *arguments, stdout=written)
    return written.getvalue()
