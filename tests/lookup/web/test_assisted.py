"""The assisted query's form: what it takes, what it refuses beside the field, and where it leads."""

import re
from datetime import date

import pytest
from django.test import Client

from lookup.models import Lookup, PolicyRevision
from tests.lookup.api.story import AT, BORN_ON, CHILD, make_child, make_guardian
from tests.lookup.web.pages import ask, text_of
from tests.makers import make_account, make_number, mark_feeds_read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NUMBER = CHILD["document_number"]
FULL_WIDTH = NUMBER.translate(str.maketrans("0123456789X", "０１２３４５６７８９Ｘ"))
WITH_X = next(
    number for sequence in range(1, 50) if (number := make_number(BORN_ON, sequence=sequence)).endswith("X")
)


@pytest.mark.parametrize(
    "written",
    [
        NUMBER,
        FULL_WIDTH,
        f" {NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]} ",
        WITH_X,
        WITH_X.lower(),
    ],
)
def test_form_takes_a_number_however_people_write_it(browser: Client, written: str) -> None:
    response = ask(browser, make_account(at=AT), written)

    row = Lookup.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, f"/answers/{row.id}")


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "The document number is missing."),
        ("\0" + NUMBER, "cannot be seen"),
        (NUMBER[:9] + "\0" + NUMBER[9:], "cannot be seen"),
        ("9" * 10_000, "does not have 18 characters"),
        ("😀" * 18, "does not belong there"),
        ("\u202e" + NUMBER, "cannot be seen"),
        ("\u200b" + NUMBER, "cannot be seen"),
        (NUMBER + "\n", "cannot be seen"),
        ("١" * 18, "digits of another script"),
        (NUMBER[:17] + "\u0425", "looks like X"),
        (NUMBER[:15], "old number of 15 digits"),
        (NUMBER[:17], "does not have 18 characters"),
        (NUMBER[:17] + "0123456789X"[(int(NUMBER[17].replace("X", "10")) + 1) % 11], "does not agree"),
        ("119999201902300011", "does not exist"),
        ("<script>alert(1)</script>", "does not belong there"),
        (make_number(date(2022, 6, 11)), "still to come"),
        (make_number(date(1990, 1, 1)), "up to 16 and from 60"),
    ],
)
def test_form_says_beside_the_field_what_is_wrong(browser: Client, written: str, sentence: str) -> None:
    response = ask(browser, make_account(at=AT), written)

    assert response.status_code == 400
    error = re.search(r'<p class="error" id="id_document_number_error">(.*?)</p>', page(response), re.S)
    assert error is not None
    assert sentence in error.group(1)
    assert 'aria-invalid="true"' in page(response)
    assert re.search(r'aria-describedby="[^"]*id_document_number_error', page(response))
    assert " autofocus" in page(response)
    assert "<title>Error: Assisted query" in page(response)
    assert not Lookup.objects.exists()


def test_form_takes_a_birth_date_of_today_which_is_no_longer_to_come(browser: Client) -> None:
    assert ask(browser, make_account(at=AT), make_number(AT.date())).status_code == 303


def test_form_keeps_what_was_typed_when_it_is_refused(browser: Client) -> None:
    typed = NUMBER[:17]
    response = ask(browser, make_account(at=AT), typed)

    assert f'value="{typed}"' in page(response)
    assert "no-store" in response.headers["Cache-Control"]


def test_form_escapes_what_was_typed_when_it_is_markup(browser: Client) -> None:
    response = ask(browser, make_account(at=AT), '"><img src=x>')

    assert "<img" not in page(response)


def test_form_says_when_to_come_back_when_the_budget_is_spent(browser: Client) -> None:
    mark_feeds_read(AT)
    asker = make_account(at=AT)
    allowed = PolicyRevision.objects.in_force(AT).budgets.failures_per_day
    numbers = [make_number(date(2014, 1, 1 + each)) for each in range(allowed + 1)]

    *within, beyond = [ask(browser, asker, number) for number in numbers]

    assert {response.status_code for response in within} == {303}
    assert beyond.status_code == 429
    assert beyond.headers["Retry-After"] == str(14 * 60 * 60)  # from 10:00 to 24:00 in Shanghai
    assert "ask again tomorrow" in text_of(beyond)


def test_form_spends_no_budget_when_a_guardian_asks(browser: Client) -> None:
    child = make_child(has_face=False)
    asker = make_guardian(child)
    allowed = PolicyRevision.objects.in_force(AT).budgets.failures_per_day

    responses = [ask(browser, asker) for _ in range(allowed + 1)]

    assert {response.status_code for response in responses} == {303}


def test_form_is_harmless_when_it_is_sent_twice(browser: Client) -> None:
    make_child()
    asker = make_account(at=AT)

    first, second = ask(browser, asker), ask(browser, asker)

    pages = [browser.get(response.headers["Location"]) for response in (first, second)]
    assert [response.status_code for response in pages] == [200, 200]
    assert all("No abnormality found" in text_of(response) for response in pages)


def test_form_asks_to_sign_in_first_and_comes_back_afterwards(browser: Client) -> None:
    for response in (browser.get("/assisted"), browser.post("/assisted", {"document_number": NUMBER})):
        assert (response.status_code, response.headers["Location"]) == (302, "/sign-in?next=/assisted")
    assert not Lookup.objects.exists()


def test_form_is_refused_without_its_token_and_taken_with_it() -> None:
    browser = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    browser.force_login(make_account(at=AT))
    refused = browser.post("/assisted", {"document_number": NUMBER})
    assert refused.status_code == 403
    assert "This form is too old" in text_of(refused)
    assert not Lookup.objects.exists()

    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page(browser.get("/assisted")))
    assert token is not None
    sent = {"document_number": NUMBER, "csrfmiddlewaretoken": token.group(1)}
    assert browser.post("/assisted", sent).status_code == 303


def test_form_is_ready_for_eighteen_characters_on_a_phone(browser: Client) -> None:
    browser.force_login(make_account(at=AT))
    field = re.search(r"<input[^>]+document_number[^>]*>", page(browser.get("/assisted")))

    assert field is not None
    for attribute in (
        'inputmode="text"',
        'autocapitalize="characters"',
        'autocomplete="off"',
        'spellcheck="false"',
    ):
        assert attribute in field.group()


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_form_takes_no_other_method(browser: Client, method: str) -> None:
    browser.force_login(make_account(at=AT))
    assert getattr(browser, method)("/assisted").status_code == 405


def test_addresses_and_answers_hold_no_number_or_name_when_somebody_has_asked(browser: Client) -> None:
    child = make_child()
    asker = make_guardian(child)

    sent = ask(browser, asker)
    shown = browser.get(sent.headers["Location"])

    everything = str(sent.headers) + str(shown.headers) + page(shown)
    assert NUMBER not in everything
    assert child.name not in everything


def page(response) -> str:
    return response.content.decode()
