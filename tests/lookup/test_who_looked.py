"""Who looked: every look-up, for the subject and verified guardians, without places and names."""

from dataclasses import fields
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from uuid_utils.compat import uuid7

from civil_time import SHANGHAI, civil_date
from healthcode.verdict import StatusCode
from identity.models import Person, User
from lookup.admission import Door, Proof
from lookup.budgets import Budget
from lookup.doors import assisted, own, staff
from lookup.doors.face_checked import MATCHER_AWAY, PHOTO_UNREADABLE
from lookup.models import Lookup
from lookup.own_people import AccountWithoutPerson, NotYours
from lookup.who_looked import AskerKind, CursorNotValid, Look, LookOutcome, Page, page_of
from records.partitions import ensure_days
from tests import gates
from tests.makers import (
    make_account,
    make_device_key,
    make_document,
    make_facts,
    make_kinship,
    make_person,
    make_staff,
    make_summary,
    mark_feeds_read,
)

pytestmark = pytest.mark.django_db

AT = datetime(2022, 6, 10, 10, 0, 42, 123456, tzinfo=SHANGHAI)
BORN_ON = date(2015, 6, 15)
CHILD = make_document(BORN_ON)
ADULT = date(1988, 3, 1)


def make_child() -> Person:
    child = make_person(CHILD, at=AT)
    make_summary(child.person_key, make_facts(BORN_ON, at=AT), at=AT)
    mark_feeds_read(AT)
    return child


def make_citizen(mobile: str, *, sequence: int) -> User:
    person = make_person(make_document(ADULT, sequence=sequence), at=AT, name="王五")
    return make_account(mobile, at=AT, person=person)


def make_guardian(ward: Person, **overrides: object) -> tuple[User, UUID]:
    """Write a guardian and return the account and the kinship's id."""
    guardian = make_citizen("+8613900000002", sequence=2)
    assert guardian.person is not None
    return guardian, make_kinship(guardian.person, ward, at=AT, **overrides).id


def make_look(subject_key: UUID, *, at: datetime = AT, **overrides: object) -> Lookup:
    """Write an audit row as a door does."""
    values: dict[str, object] = {
        "id": uuid7(nanoseconds=int(at.timestamp() * 1000) * 1_000_000),
        "asked_on": civil_date(at),
        "asked_at": at,
        "door": Door.ASSISTED,
        "proof": Proof.NONE,
        "subject_key": subject_key,
        "outcome": Lookup.Outcome.ANSWERED,
        "shown_status": StatusCode.GREEN,
    }
    return Lookup.objects.create(**values | overrides)


def looks(viewer: User, about: UUID | None = None, *, at: datetime = AT) -> tuple[Look, ...]:
    page = page_of(viewer, about=about, limit=50, at=at)
    assert isinstance(page, Page)
    return page.looks


def test_page_tells_a_guardian_about_every_door_newest_first() -> None:
    child = make_child()
    guardian, kinship_id = make_guardian(child)
    device, _ = make_device_key()
    minute = timedelta(minutes=1)
    assisted.ask(make_account(at=AT), CHILD, at=AT)
    assisted.ask(guardian, CHILD, at=AT + minute)
    gates.check(device, CHILD, at=AT + 2 * minute)
    staff.open_file(make_staff(at=AT), child.person_key, at=AT + 3 * minute)

    seen = [(look.door, look.asker, look.is_you, look.is_machine) for look in looks(guardian, kinship_id)]

    assert seen == [
        (Door.ADMIN, AskerKind.STAFF, False, False),
        (Door.CHECKPOINT, AskerKind.GATE, False, True),
        (Door.ASSISTED, AskerKind.GUARDIAN, True, False),
        (Door.ASSISTED, AskerKind.CITIZEN, False, False),
    ]


def test_page_marks_what_the_subject_asked_and_what_a_guardian_asked() -> None:
    child = make_child()
    guardian, _ = make_guardian(child)
    subject = make_account("+8613900000003", at=AT, person=child)
    assisted.ask(guardian, CHILD, at=AT)
    own.ask(subject, at=AT + timedelta(minutes=1))

    seen = [(look.door, look.asker, look.is_you) for look in looks(subject)]

    assert seen == [
        (Door.OWN, AskerKind.SUBJECT, True),
        (Door.ASSISTED, AskerKind.GUARDIAN, False),
    ]


def test_page_has_no_field_for_places_devices_accounts_and_names() -> None:
    assert {field.name for field in fields(Look)} == {
        "asked_at",
        "door",
        "asker",
        "is_you",
        "is_machine",
        "outcome",
    }


def test_page_tells_the_time_to_the_minute() -> None:
    child = make_child()
    guardian, kinship_id = make_guardian(child)
    make_look(child.person_key)
    assert looks(guardian, kinship_id)[0].asked_at == AT.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ({}, LookOutcome.ANSWERED),
        ({"shown_status": StatusCode.RED}, LookOutcome.ANSWERED),
        ({"shown_status": StatusCode.UNKNOWN}, LookOutcome.UNKNOWN),
        ({"outcome": "OPEN", "shown_status": ""}, LookOutcome.UNFINISHED),
        *(
            ({"outcome": "REFUSED", "shown_status": "", "refusal": budget}, LookOutcome.TOO_MANY_QUESTIONS)
            for budget in Budget
        ),
        ({"outcome": "REFUSED", "refusal": PHOTO_UNREADABLE}, LookOutcome.PHOTO_UNREADABLE),
        ({"outcome": "REFUSED", "refusal": MATCHER_AWAY}, LookOutcome.SERVICE_AWAY),
    ],
)
def test_page_tells_what_came_of_a_look_up(row: dict[str, object], outcome: LookOutcome) -> None:
    child = make_child()
    guardian, kinship_id = make_guardian(child)
    make_look(child.person_key, **row)
    assert [look.outcome for look in looks(guardian, kinship_id)] == [outcome]


def test_page_shows_a_matched_face_as_another_citizen() -> None:
    child = make_child()
    guardian, kinship_id = make_guardian(child)
    make_look(child.person_key, door=Door.THIRD_PARTY, proof=Proof.FACE_MATCHED)
    assert [look.asker for look in looks(guardian, kinship_id)] == [AskerKind.CITIZEN]


def test_page_tells_nothing_about_anybody_else() -> None:
    child = make_child()
    guardian, kinship_id = make_guardian(child)
    make_look(UUID(int=9))
    make_look(child.person_key)
    assert len(looks(guardian, kinship_id)) == 1
    assert looks(guardian) == ()


def test_page_is_the_subject_s_and_a_guardian_s_alone() -> None:
    child = make_child()
    guardian, kinship_id = make_guardian(child)
    stranger = make_citizen("+8613900000004", sequence=4)
    assert isinstance(page_of(guardian, about=kinship_id, limit=50, at=AT), Page)
    assert page_of(stranger, about=kinship_id, limit=50, at=AT) == NotYours()
    assert page_of(stranger, about=UUID(int=1), limit=50, at=AT) == NotYours()
    # Not the key of the person either, which no page tells.
    assert page_of(guardian, about=child.person_key, limit=50, at=AT) == NotYours()


def test_page_is_closed_to_an_account_without_a_person() -> None:
    account = make_account("+8613900000005", at=AT)
    assert page_of(account, about=None, limit=50, at=AT) == AccountWithoutPerson()
    assert isinstance(page_of(make_citizen("+8613900000006", sequence=6), about=None, limit=50, at=AT), Page)


def test_page_is_closed_to_a_guardian_once_the_kinship_is_over() -> None:
    child = make_child()
    guardian, kinship_id = make_guardian(child, in_force_until=AT + timedelta(hours=1))
    last = AT + timedelta(minutes=59)
    assert isinstance(page_of(guardian, about=kinship_id, limit=50, at=last), Page)
    assert page_of(guardian, about=kinship_id, limit=50, at=AT + timedelta(hours=1)) == NotYours()


def test_page_leaves_no_row_when_it_is_read() -> None:
    child = make_child()
    guardian, kinship_id = make_guardian(child)
    make_look(child.person_key)
    looks(guardian, kinship_id)
    assert Lookup.objects.count() == 1


def test_page_reads_180_days_and_nothing_older() -> None:
    child = make_child()
    guardian, kinship_id = make_guardian(child)
    make_look(child.person_key, at=AT - timedelta(days=180))
    kept = make_look(child.person_key, at=AT - timedelta(days=179))
    assert [look.asked_at.date() for look in looks(guardian, kinship_id)] == [kept.asked_on]


def test_page_leads_to_older_and_newer_rows_without_gap_or_repetition() -> None:
    child = make_child()
    guardian, kinship_id = make_guardian(child)
    # Several in one instant, which only the id tells apart.
    for number in range(10):
        make_look(child.person_key, at=AT - timedelta(hours=7 * (number // 3)))

    def walk(cursor: str) -> Page:
        page = page_of(guardian, about=kinship_id, cursor=cursor, limit=4, at=AT)
        assert isinstance(page, Page)
        return page

    first = walk("")
    second = walk(first.older or "")
    third = walk(second.older or "")
    assert [len(page.looks) for page in (first, second, third)] == [4, 4, 2]
    whole = looks(guardian, kinship_id)
    assert first.looks + second.looks + third.looks == whole
    assert (first.newer, third.older) == (None, None)
    middle = walk(third.newer or "")
    assert middle.looks == second.looks
    assert walk(middle.older or "").looks == third.looks
    back = walk(middle.newer or "")
    assert (back.looks, back.newer) == (first.looks, None)


def test_page_refuses_a_cursor_that_was_tampered_with_or_made_for_somebody_else() -> None:
    child = make_child()
    guardian, kinship_id = make_guardian(child)
    for number in range(3):
        make_look(child.person_key, at=AT - timedelta(hours=number))
        make_look(guardian.person_id, at=AT - timedelta(hours=number))
    page = page_of(guardian, about=kinship_id, limit=2, at=AT)
    assert isinstance(page, Page)
    assert page.older is not None
    cursor = page.older
    assert isinstance(page_of(guardian, about=kinship_id, cursor=cursor, limit=2, at=AT), Page)
    forged = [cursor[:i] + ("A" if c != "A" else "B") + cursor[i + 1 :] for i, c in enumerate(cursor)]
    for bad in (*forged, cursor + "=", cursor + "A", "A", "é", "x" * 5000, cursor[:20]):
        assert page_of(guardian, about=kinship_id, cursor=bad, limit=2, at=AT) == CursorNotValid()
    assert page_of(guardian, about=None, cursor=cursor, limit=2, at=AT) == CursorNotValid()
    subject = make_account("+8613900000003", at=AT, person=child)
    assert page_of(subject, about=None, cursor=cursor, limit=2, at=AT) == CursorNotValid()


def test_cursor_tells_neither_a_key_nor_a_time() -> None:
    child = make_child()
    guardian, kinship_id = make_guardian(child)
    rows = [make_look(child.person_key, at=AT - timedelta(hours=number)) for number in range(2)]
    page = page_of(guardian, about=kinship_id, limit=1, at=AT)
    assert isinstance(page, Page)
    cursor = page.older or ""
    assert str(rows[0].id) not in cursor
    assert "2022" not in cursor


def test_page_reads_only_the_partitions_of_the_days_kept_and_by_the_index() -> None:
    today = civil_date(AT)
    ensure_days("lookup_lookup", today - timedelta(days=182), today - timedelta(days=178))
    ensure_days("lookup_lookup", today, today + timedelta(days=2))
    child = make_child()
    guardian, kinship_id = make_guardian(child)
    make_look(child.person_key)
    plans: list[str] = []

    def explain(execute, sql, params, many, context):
        if "lookup_lookup" in sql and sql.startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.cursor.execute("EXPLAIN " + sql, params)
                plans.append("\n".join(line for (line,) in cursor.cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        assert len(looks(guardian, kinship_id)) == 1
    (plan,) = plans
    read = {f"lookup_lookup_{today - timedelta(days=back):%Y%m%d}" for back in (179, 0)}
    not_read = {f"lookup_lookup_{today - timedelta(days=back):%Y%m%d}" for back in (182, 181, 180, -1)}
    assert {name for name in read if f" on {name} " in plan} == read
    assert {name for name in not_read if f" on {name} " in plan} == set()
    assert "Seq Scan" not in plan
    assert "subject_key_asked_at_idx" in plan
