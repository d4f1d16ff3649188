"""An answer's page: what kin and strangers read, and what stays once the status has closed."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import translation
from uuid_utils.compat import uuid7

from healthcode.facts import Naat, OrderKind
from healthcode.verdict import Reason
from identity.models import Kinship, Person
from lookup.wording import possible_causes, reason_wording, what_a_stranger_can_do
from tests.lookup.api.story import AT, BORN_ON, make_alert, make_child, make_guardian, make_order
from tests.lookup.api.test_bare_unknown import CAUSES
from tests.lookup.web.pages import ask, ask_and_read, section_of, text_of, without_variable_parts
from tests.makers import make_account, make_dose_record, make_naat_record, make_number

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


NUMBER_OF_NOBODY = make_number(BORN_ON, sequence=77)


def with_history(child: Person) -> Person:
    make_naat_record(child.person_key, at=AT, laboratory="Laboratory of the story")
    make_dose_record(child.person_key, at=AT, dose_number=1)
    make_dose_record(child.person_key, at=AT, dose_number=2)
    return child


def in_english(reason: Reason) -> list[str]:
    said = reason_wording(reason)
    with translation.override("en"):
        steps = str(said.remedy_text).splitlines()
        return [str(each) for each in (said.label, said.text, *steps, said.owner_label, said.return_when)]


def test_answer_tells_the_father_why_and_what_to_do_and_shows_the_records(browser: Client) -> None:
    asker = make_guardian(with_history(make_child(has_face=False)))

    page = ask_and_read(browser, asker)

    words = text_of(page)
    assert page.status_code == 200
    assert "Status unknown" in words
    for sentence in in_english(Reason.NO_FACE_REFERENCE):
        assert sentence in words
    assert "The records are in order." in words
    assert "Laboratory of the story" in words
    assert "9 Jun 2022, 08:00" in words
    assert words.index("Dose 2") < words.index("Dose 1")
    assert "李*" in words
    assert "李小明" not in words


def test_answer_counts_down_from_the_display_time_of_each_proof(browser: Client) -> None:
    child = make_child()

    to_stranger = ask_and_read(browser, make_account(at=AT))
    to_kin = ask_and_read(browser, make_guardian(child))

    assert 'data-closes-in="10"' in to_stranger.content.decode()
    assert 'data-closes-in="60"' in to_kin.content.decode()
    assert "--closes-in: 60;" in to_kin.content.decode()


def test_answer_gives_a_stranger_green_and_the_masked_name_and_nothing_else(browser: Client) -> None:
    with_history(make_child())

    words = text_of(ask_and_read(browser, make_account(at=AT)))

    assert "No abnormality found" in words
    assert "李*" in words
    for kept_back in ("Dose", "Laboratory", "since the newest negative", "Why", "Age of the data"):
        assert kept_back not in words


@pytest.mark.parametrize("cause", CAUSES)
def test_answer_to_a_stranger_is_the_same_page_whatever_the_cause(browser: Client, cause) -> None:
    asker = make_account(at=AT)
    expected = without_variable_parts(ask_and_read(browser, asker, NUMBER_OF_NOBODY))
    cause()

    page = ask_and_read(browser, asker)

    assert without_variable_parts(page) == expected
    with translation.override("en"):
        for sentence in map(str, (*possible_causes(), *what_a_stranger_can_do())):
            assert sentence in text_of(page)


def test_answer_is_gone_at_the_second_at_which_it_closes(
    browser: Client, clock: time_machine.Traveller
) -> None:
    make_child()
    address = ask(browser, make_account(at=AT)).headers["Location"]

    clock.move_to(AT + timedelta(seconds=9, milliseconds=999))
    living = browser.get(address)
    clock.move_to(AT + timedelta(seconds=10))
    closed = browser.get(address)

    assert (living.status_code, closed.status_code) == (200, 410)
    assert "No abnormality found" in text_of(living)
    assert "李*" not in text_of(closed)
    assert section_of(closed, "panel") is None
    assert 'href="/assisted"' in closed.content.decode()


def test_closed_answer_does_not_tell_a_stranger_what_it_was(
    browser: Client, clock: time_machine.Traveller
) -> None:
    asker = make_account(at=AT)
    unknown = ask(browser, asker).headers["Location"]
    make_child()
    green = ask(browser, asker).headers["Location"]
    clock.move_to(AT + timedelta(seconds=10))

    pages = [without_variable_parts(browser.get(address)) for address in (unknown, green)]

    assert pages[0] == pages[1]


def test_closed_answer_keeps_reasons_and_records_for_kin_until_the_day_is_over(
    browser: Client, clock: time_machine.Traveller
) -> None:
    asker = make_guardian(with_history(make_child(has_face=False)))
    address = ask(browser, asker).headers["Location"]

    clock.move_to(AT + timedelta(seconds=60))
    closed = browser.get(address)
    clock.move_to(AT + timedelta(hours=14))
    browser.force_login(asker)
    next_day = browser.get(address)

    assert closed.status_code == next_day.status_code == 410
    for page in (closed, next_day):
        assert section_of(page, "panel") is None
        for sentence in in_english(Reason.NO_FACE_REFERENCE):
            assert sentence in text_of(page)
    assert "Laboratory of the story" in text_of(closed)
    assert "Laboratory of the story" not in text_of(next_day)


@pytest.mark.parametrize("has_script", [False, True])
def test_answer_reloads_into_the_closed_page_only_without_script(browser: Client, has_script: bool) -> None:
    make_child()
    if has_script:
        browser.cookies["script"] = "on"

    page = ask_and_read(browser, make_account(at=AT))

    assert page.headers.get("Refresh") == (None if has_script else "10")


def test_answer_names_authority_reference_contact_and_end_of_an_order(browser: Client) -> None:
    order = make_order(kind=OrderKind.CENTRAL_ISOLATION)
    asker = make_guardian(make_child(facts={"orders": (order,)}))

    page = ask_and_read(browser, asker)

    words = text_of(page)
    for expected in ("Centralized observation", order.authority, order.reference, order.contact):
        assert expected in words
    assert "15 Jun 2022, 10:00" in words
    assert 'href="tel:01000000412"' in page.content.decode()


def test_answer_says_what_ends_an_alert_without_an_end(browser: Client) -> None:
    asker = make_guardian(make_child(facts={"alerts": (make_alert(),)}))

    words = text_of(ask_and_read(browser, asker))

    assert "Cannot be confirmed" in words
    assert "purchase of a medicine" in words
    assert "with a negative test taken after it began" in words


def test_answer_shows_a_pending_test_without_a_result(browser: Client) -> None:
    pending = Naat(collected_at=AT - timedelta(hours=2), issued_at=None, result=None)
    child = make_child(facts={"naats": (pending,)})
    make_naat_record(child.person_key, at=AT, collected_at=AT - timedelta(hours=2), issued_at=None, result="")

    words = text_of(ask_and_read(browser, make_guardian(child)))

    assert "A newer result is awaited" in words
    assert "Taken 10 Jun 2022, 08:00 Result awaited" in words


def test_answer_of_another_account_looks_like_none(browser: Client) -> None:
    make_child()
    address = ask(browser, make_account(at=AT)).headers["Location"]
    own = browser.get(address)
    browser.force_login(make_account("+8613900000003", at=AT))

    theirs, nobodys = browser.get(address), browser.get(f"/answers/{uuid7()}")

    assert own.status_code == 200
    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert without_variable_parts(theirs) == without_variable_parts(nobodys)


def test_answer_asks_to_sign_in_when_nobody_is(browser: Client) -> None:
    make_child()
    address = ask(browser, make_account(at=AT)).headers["Location"]
    browser.logout()

    response = browser.get(address)

    assert (response.status_code, response.headers["Location"]) == (302, f"/sign-in?next={address}")


def test_answer_is_gone_once_the_kinship_behind_it_has_ended(browser: Client) -> None:
    asker = make_guardian(make_child(has_face=False))
    address = ask(browser, asker).headers["Location"]
    assert browser.get(address).status_code == 200
    Kinship.objects.update(withdrawn=True)

    assert browser.get(address).status_code == 404
    assert "No face on file" not in text_of(ask_and_read(browser, asker))


@pytest.mark.parametrize("address", ["/answers/1", "/answers/%00", "/answers/" + "9" * 5000])
def test_answer_of_a_malformed_id_is_a_plain_refusal(browser: Client, address: str) -> None:
    browser.force_login(make_account(at=AT))
    assert browser.get(address).status_code in (400, 404)
