"""The detector: one case for a whole group, once, from the threshold on; quiet where nothing contradicts."""

from datetime import date, timedelta

import pytest

from cases import casework, detector, tasks
from cases.detector import QUIET_AFTER, QUIET_AFTER_NOTHING_WRONG, Detected
from cases.models import Case
from cases.patterns import door_shut
from healthcode.facts import Dose, OrderKind, VaccineProduct
from identity.models import Person
from records.models import LaboratoryHour, ObservationOrder, Source, Summary
from tests import gates
from tests.cases.complaints import ask, make_ward
from tests.cases.test_deadlines import in_threads
from tests.makers import (
    make_account,
    make_device_key,
    make_document,
    make_facts,
    make_naat_record,
    make_person,
    make_staff,
    make_summary,
    mark_feeds_read,
)

pytestmark = pytest.mark.django_db

NOTHING = Detected(opened=0, grown=0)
PATTERN = door_shut("ASSISTED", "NOT_REGISTERED")


@pytest.fixture(autouse=True)
def _threshold(settings):
    settings.CONTRADICTION_PEOPLE = 3


@pytest.fixture
def asker(at):
    mark_feeds_read(at)
    return make_account(at=at)


def make_child(number: int, *, at, **facts) -> Person:
    """Write a child who is not registered, with a test of yesterday."""
    person = make_person(make_document(date(2015, 3, 8), sequence=number), at=at, registered_at=None)
    make_summary(person.person_key, make_facts(date(2015, 3, 8), at=at, **facts), at=at)
    return person


def make_children(count: int, *, at, first: int = 1, **facts) -> list[Person]:
    return [make_child(number, at=at, **facts) for number in range(first, first + count)]


def ask_about(people, asker, *, at) -> None:
    for person in people:
        ask(asker, person.person_key, at=at)


def test_detector_opens_one_case_for_a_group_with_tests_before_a_shut_door(asker, at) -> None:
    ask_about(make_children(3, at=at), asker, at=at)
    assert detector.detect(at=at) == Detected(opened=1, grown=0)
    case = Case.objects.get()
    assert (case.group, case.pattern, case.affected, case.opened_by, case.subject_key) == (
        True,
        PATTERN,
        3,
        None,
        None,
    )
    assert case.trace["with_recent_tests_or_doses"] == case.trace["aged_16_or_less"] == 3
    assert case.trace["policy"] == "2022-05-05"
    assert [event.kind for event in case.events.all()] == ["FOUND"]


def test_detector_masks_its_examples(asker, at) -> None:
    children = make_children(3, at=at)
    ask_about(children, asker, at=at)
    detector.detect(at=at)
    shown = str(Case.objects.get().trace)
    assert shown.count("李*") == 3
    assert all(secret not in shown for child in children for secret in (child.number, child.name))
    assert not any(str(child.person_key) in shown for child in children)


def test_detector_opens_nothing_below_the_threshold_and_opens_at_it(asker, at) -> None:
    children = make_children(3, at=at)
    ask_about(children[:2], asker, at=at)
    # The same child twice is one child.
    ask_about(children[:2], asker, at=at)
    assert detector.detect(at=at) == NOTHING
    ask_about(children[2:], asker, at=at)
    assert detector.detect(at=at).opened == 1


def test_detector_minds_shut_doors_of_people_with_records_alone(asker, at) -> None:
    ask_about(make_children(3, at=at, naats=()), asker, at=at)
    assert detector.detect(at=at) == NOTHING
    ask_about(make_children(3, at=at, first=11), asker, at=at)
    assert detector.detect(at=at).opened == 1
    assert Case.objects.get().affected == 3


def test_detector_minds_people_whom_another_door_lets_in(asker, at) -> None:
    """Without any record: a gate admits by number, the assisted query does not."""
    children = make_children(3, at=at, naats=())
    ask_about(children, asker, at=at)
    assert detector.detect(at=at) == NOTHING
    device, _key = make_device_key()
    for number in (1, 2, 3):
        gates.check(device, make_document(date(2015, 3, 8), sequence=number), at=at)
    assert detector.detect(at=at).opened == 1
    assert Case.objects.get().trace["let_in_at_another_door"] == 3


def test_detector_looks_back_for_a_day_and_no_further(asker, at) -> None:
    ask_about(make_children(3, at=at), asker, at=at)
    assert detector.detect(at=at + timedelta(hours=24)) == NOTHING
    assert detector.detect(at=at + timedelta(hours=23, minutes=59)).opened == 1


def test_group_grows_in_its_one_case_and_is_told_again_when_doubled(asker, at) -> None:
    ask_about(make_children(3, at=at), asker, at=at)
    detector.detect(at=at)
    assert detector.detect(at=at) == NOTHING
    ask_about(make_children(1, at=at, first=11), asker, at=at)
    assert detector.detect(at=at) == Detected(opened=0, grown=1)
    case = Case.objects.get()
    assert (case.affected, case.events.filter(kind="GREW").count()) == (4, 0)
    ask_about(make_children(2, at=at, first=21), asker, at=at)
    detector.detect(at=at)
    [grew] = Case.objects.get().events.filter(kind="GREW")
    assert grew.detail == {"people": 6}


@pytest.mark.parametrize(
    ("resolution", "quiet_for"),
    [
        (Case.Resolution.PUT_RIGHT, QUIET_AFTER),
        (Case.Resolution.NOTHING_WRONG, QUIET_AFTER_NOTHING_WRONG),
    ],
)
def test_closed_group_is_quiet_for_a_while_and_opens_anew_if_it_stays_so(
    asker, at, resolution, quiet_for
) -> None:
    dose = Dose(product=VaccineProduct.CORONAVAC, administered_on=date(2022, 1, 3), dose_number=1)
    children = make_children(3, at=at, doses=(dose,))
    ask_about(children, asker, at=at)
    detector.detect(at=at)
    casework.resolve(Case.objects.get().id, make_staff(at=at), resolution, "好了", at=at)
    before, after = at + quiet_for - timedelta(minutes=1), at + quiet_for
    ask_about(children, asker, at=before)
    assert detector.detect(at=before) == NOTHING
    assert detector.detect(at=after).opened == 1
    assert Case.objects.count() == 2


def test_lock_and_registration_of_today_are_no_contradiction(asker, at) -> None:
    children = make_children(3, at=at)
    Person.objects.filter(person_key__in=[child.person_key for child in children]).update(registered_at=at)
    ask_about(children, asker, at=at)
    assert detector.detect(at=at) == NOTHING
    Person.objects.filter(person_key__in=[child.person_key for child in children]).update(registered_at=None)
    ask_about(children, asker, at=at)
    assert detector.detect(at=at).opened == 1


def make_order(person_key, *, at, **overrides) -> ObservationOrder:
    fields = {
        "source": "community",
        "record_id": f"O-{person_key.hex[:8]}",
        "version": 1,
        "digest": person_key,
        "synced_at": at,
        "person_key": person_key,
        "authority": "Community A",
        "reference": "1",
        "contact": "",
        "kind": OrderKind.HOME_ISOLATION,
        "in_force_from": at - timedelta(days=1),
        "in_force_until": at + timedelta(days=7),
    }
    return ObservationOrder.objects.create(**fields | overrides)


def test_orders_without_a_source_open_a_case(child_key, at) -> None:
    make_order(child_key, at=at)
    source = Source.objects.create(name="community", kind="orders", as_of=at)
    assert detector.detect(at=at) == NOTHING
    # The same orders, once nobody stands behind them any more.
    source.delete()
    assert detector.detect(at=at).opened == 1
    case = Case.objects.get()
    assert (case.pattern, case.kind, case.owner, case.affected) == (
        "orders-without-source:community",
        "WRONG_ORDER",
        "COMMUNITY",
        1,
    )


def test_orders_of_a_source_that_fell_silent_open_a_case_and_ended_ones_none(child_key, at) -> None:
    Source.objects.create(name="community", kind="orders", as_of=at - timedelta(hours=48))
    order = make_order(child_key, at=at, in_force_until=at)
    assert detector.detect(at=at) == NOTHING
    order.in_force_until = at + timedelta(seconds=1)
    order.save()
    assert detector.detect(at=at - timedelta(seconds=1)) == NOTHING
    assert detector.detect(at=at).opened == 1


@pytest.fixture
def child_key(at):
    return make_ward(at=at).person_key


def test_laboratory_that_fell_silent_opens_a_case_with_those_who_wait(child_key, at) -> None:
    for hours in range(12, 36):
        LaboratoryHour.objects.create(
            source="laboratory", laboratory="Laboratory A", hour=at - timedelta(hours=hours), received=10
        )
    make_naat_record(child_key, at=at, issued_at=None, result="")
    assert detector.detect(at=at - timedelta(seconds=1)) == NOTHING
    assert detector.detect(at=at).opened == 1
    case = Case.objects.get()
    assert (case.kind, case.record, case.owner, case.affected) == ("MISSING_RECORD", "TEST", "LABORATORY", 1)
    assert case.trace["laboratory"] == "Laboratory A"


def test_laboratory_that_never_sent_regularly_may_be_silent(at) -> None:
    rows = [
        LaboratoryHour(source="laboratory", laboratory="B", hour=at - timedelta(hours=hours), received=10)
        for hours in range(13, 36)
    ]
    LaboratoryHour.objects.bulk_create(rows)
    assert detector.detect(at=at) == NOTHING
    rows[0].pk, rows[0].hour = None, at - timedelta(hours=40)
    rows[0].save()
    assert detector.detect(at=at).opened == 1


def test_task_looks_at_the_clock(asker, at, time_machine) -> None:
    ask_about(make_children(3, at=at), asker, at=at)
    time_machine.move_to(at, tick=False)
    tasks.detect_contradictions()
    assert Case.objects.get().opened_at == at


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_open_one_case(asker, at) -> None:
    ask_about(make_children(4, at=at), asker, at=at)
    done = in_threads(lambda: detector.detect(at=at))
    assert sum(each.opened for each in done) == 1
    assert (Case.objects.count(), Case.objects.get().affected) == (1, 4)
    assert Summary.objects.count() == 4
