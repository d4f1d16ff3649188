"""The pages of answers that a face or kinship proved: shown until 24:00, voided, and the one tap of kin."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from civil_time import next_midnight
from healthcode.facts import OrderKind
from identity.models import Kinship
from lookup.models import AccessLock, Lookup
from tests.faces import portrait
from tests.lookup.api.story import AT, BORN_ON, CHILD, make_alert, make_child, make_guardian, make_order
from tests.lookup.doors.neighbours import FAILURES, make_elder, make_neighbour
from tests.lookup.web.pages import ask_and_read, section_of, text_of, without_variable_parts
from tests.lookup.web.test_third_party import PAGES, send
from tests.makers import make_account, make_document, mark_feeds_read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture(autouse=True)
def _feeds_are_fresh(clock: object, db: None) -> None:
    mark_feeds_read(AT)


@pytest.fixture
def neighbour(browser: Client) -> Client:
    browser.force_login(make_neighbour())
    return browser


def answer_of(browser: Client, page: str = "/third-party", **fields: Any) -> Any:
    """Send the form and return the answer's page."""
    sent = send(browser, page, **fields)
    assert sent.status_code == 303, text_of(sent)
    return browser.get(sent.headers["Location"])


@pytest.mark.parametrize("page", PAGES)
def test_result_shows_a_neighbour_what_a_matched_face_allows_and_no_more(
    neighbour: Client, page: str
) -> None:
    make_elder()

    shown = answer_of(neighbour, page)

    words = text_of(shown)
    for told in ("No abnormality found", "赵*", "1 day", "No vaccination record found", "Valid today until"):
        assert told in words
    for kept_back in ("Dose", "Laboratory", "Why, and what to do", "Age of the data", "can see why"):
        assert kept_back not in words
    assert "赵德山" not in words


def test_result_shows_a_neighbour_alerts_by_name_and_who_can_see_why(neighbour: Client) -> None:
    make_elder(facts={"alerts": (make_alert(),), "naats": ()})

    words = text_of(answer_of(neighbour))

    assert "Cannot be confirmed" in words
    assert "Alert ④: test required" in words
    assert "The person can see why in their own code." in words
    assert "purchase of a medicine" not in words
    assert "T-17" not in words


def test_result_shows_a_neighbour_yellow_without_the_order(neighbour: Client) -> None:
    order = make_order(kind=OrderKind.HOME_ISOLATION)
    make_elder(facts={"orders": (order,)})

    words = text_of(answer_of(neighbour))

    assert "Home observation" in words
    assert order.reference not in words
    assert "The person can see why in their own code." in words


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("cause", FAILURES)
def test_failure_is_the_same_page_whatever_the_cause(browser: Client, page: str, cause: str) -> None:
    browser.force_login(make_neighbour())
    expected = without_variable_parts(answer_of(browser, page))
    what = FAILURES[cause]()
    browser.force_login(make_neighbour("+8613900000003", sequence=6))

    fields = {"name": what.name, "photo": what.photo, "document_number": what.document.number}
    failed = answer_of(browser, page, **fields)

    assert without_variable_parts(failed) == expected
    assert "Status unknown" in text_of(failed)


def test_failure_has_one_structure_at_every_door(neighbour: Client) -> None:
    pages = [neighbour.get(neighbour.post("/assisted", CHILD).headers["Location"])]
    pages += [answer_of(neighbour, page, document_number=CHILD["document_number"]) for page in PAGES]

    shapes = [re.findall(r'<(\w+)(?: class="([^"]*)")?', each.content.decode()) for each in pages]

    assert shapes[0] == shapes[1] == shapes[2]
    assert all('href="/third-party"' in each.content.decode() for each in pages)


def test_result_is_shown_until_midnight_without_counting_seconds(
    neighbour: Client, clock: time_machine.Traveller
) -> None:
    make_elder()
    shown = answer_of(neighbour)
    address = shown.wsgi_request.path

    assert "data-seconds" not in shown.content.decode()
    assert shown.headers["Refresh"] == "45"  # for the next code
    assert 'data-closes-in="50400"' in shown.content.decode()
    assert "This time has passed." not in text_of(shown)
    clock.move_to(next_midnight(AT) - timedelta(seconds=40))
    neighbour.force_login(Lookup.objects.get().asker)
    last = neighbour.get(address)
    clock.move_to(next_midnight(AT))
    closed = neighbour.get(address)

    assert (last.status_code, closed.status_code) == (200, 410)
    assert 'data-closes-in="40"' in last.content.decode()
    assert "data-seconds" in last.content.decode()
    assert section_of(closed, "panel") is None
    assert "赵*" not in text_of(closed)
    assert "A result ends with its day" in text_of(closed)
    assert 'href="/third-party"' in closed.content.decode()


def test_result_says_when_the_time_of_its_status_has_passed(
    neighbour: Client, clock: time_machine.Traveller
) -> None:
    make_elder()
    shown = answer_of(neighbour)
    assert "Valid today until 16:00" in text_of(shown)  # feeds read at 10:00 are stale then

    clock.move_to(AT + timedelta(hours=6))
    later = neighbour.get(shown.wsgi_request.path)

    assert "This time has passed. Please ask again." in text_of(later)


def test_result_is_void_once_there_is_a_newer_one_or_a_lock(neighbour: Client) -> None:
    elder = make_elder()
    kin = make_account("+8613900000009", at=AT)
    first = answer_of(neighbour).wsgi_request.path
    second = answer_of(neighbour).wsgi_request.path

    void, living = neighbour.get(first), neighbour.get(second)
    AccessLock.objects.create(subject_key=elder.person_key, locked_at=AT, locked_by=kin)
    locked = neighbour.get(second)

    assert (void.status_code, living.status_code, locked.status_code) == (410, 200, 410)
    for closed in (void, locked):
        assert "赵*" not in text_of(closed)
        assert "A result ends with its day" in text_of(closed)


def tap_of(page: Any) -> str | None:
    """Return where the one tap leads, if the page offers it."""
    found = re.search(r'action="(/answers/[0-9a-f-]+/third-party)"', page.content.decode())
    return found[1] if found else None


def test_father_reads_green_one_tap_from_the_answer_that_refused(browser: Client) -> None:
    refused = ask_and_read(browser, make_guardian(make_child(has_face=False)))
    tap = tap_of(refused)
    assert "The third-party query answers you today" in text_of(refused)
    assert tap is not None

    sent = browser.post(tap)
    shown = browser.get(sent.headers["Location"])

    assert sent.status_code == 303
    for told in ("Third-party query", "No abnormality found", "No photo was sent", "Tests and vaccinations"):
        assert told in text_of(shown)
    # From there, asking again is one tap, too.
    again = browser.post(tap_of(shown) or "")
    assert browser.get(again.headers["Location"]).status_code == 200
    assert browser.get(sent.headers["Location"]).status_code == 410


@pytest.mark.parametrize(
    "fields",
    [{"has_face": True}, {"died_on": AT.date()}, {"withdrawn": True}],
    ids=["open", "dead", "withdrawn"],
)
def test_tap_is_offered_only_where_the_other_door_opens(browser: Client, fields: dict[str, Any]) -> None:
    assert tap_of(ask_and_read(browser, make_guardian(make_child(**fields)))) is None


def test_tap_is_nobody_elses_and_ends_with_the_kinship(browser: Client) -> None:
    father = make_guardian(make_child(has_face=False))
    refused = ask_and_read(browser, father)
    tap = tap_of(refused) or ""
    browser.force_login(make_account("+8613900000003", at=AT))
    of_stranger = ask_and_read(browser, make_account("+8613900000004", at=AT))
    assert tap_of(of_stranger) is None
    assert browser.post(tap).status_code == 404
    own = f"{of_stranger.wsgi_request.path}/third-party"
    assert browser.post(own).status_code == 404
    browser.force_login(father)
    assert browser.get(tap).status_code == 405
    assert browser.post(tap).status_code == 303
    Kinship.objects.update(withdrawn=True)
    assert browser.post(tap).status_code == 404


def test_page_tells_kin_that_a_portrait_was_not_compared(browser: Client) -> None:
    browser.force_login(make_guardian(make_child(has_face=False)))

    fields = {"name": "李小明", "document_number": make_document(BORN_ON).number}
    shown = answer_of(browser, photo=portrait("child"), **fields)

    assert "not compared with a face: none is on file" in text_of(shown)
    assert "No abnormality found" in text_of(shown)
