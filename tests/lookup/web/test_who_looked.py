"""The pages of who looked and of the lock: what they show, whom they are open to, and the step in between."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from identity.models import Kinship, User
from lookup.doors import assisted
from lookup.models import AccessLock, Lookup
from tests import gates
from tests.lookup.api.story import AT, BORN_ON, make_child, make_guardian
from tests.lookup.web.pages import ask_and_read, text_of
from tests.makers import make_account, make_device_key, make_document, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

CHILD = make_document(BORN_ON)


def ward_id() -> str:
    return str(Kinship.objects.get().id)


def ask_often(asker: User, times: int, *, apart: timedelta = timedelta(hours=1)) -> None:
    for number in range(times):
        assisted.ask(asker, CHILD, at=AT - number * apart)


def links(response: Any) -> list[str]:
    return [link.replace("&amp;", "&") for link in re.findall(r'href="(\?[^"]+)"', response.content.decode())]


def make_stranger() -> User:
    person = make_person(make_document(BORN_ON.replace(year=1990), sequence=3), at=AT, name="王五")
    return make_account("+8613900000008", at=AT, person=person)


def test_page_shows_a_guardian_who_looked_under_the_day(browser: Client) -> None:
    guardian = make_guardian(make_child())
    device, _ = make_device_key(site="Third Primary School")
    assisted.ask(make_account(at=AT), CHILD, at=AT - timedelta(days=1))
    assisted.ask(guardian, CHILD, at=AT)
    gates.check(device, CHILD, at=AT)
    browser.force_login(guardian)

    words = text_of(browser.get(f"/who-looked?about={ward_id()}"))

    today, yesterday = words.index("10 Jun 2022"), words.index("9 Jun 2022")
    assert today < words.index("a machine at an entrance") < yesterday < words.index("another citizen")
    assert "10:00 · Assisted query you" in words
    assert "Third Primary School" not in words
    assert Lookup.objects.count() == 3


def test_page_is_about_the_account_itself_first_and_offers_its_wards(browser: Client) -> None:
    guardian = make_guardian(make_child())
    ask_often(guardian, 1)
    browser.force_login(guardian)
    own = browser.get("/who-looked")
    assert "There is no look-up here." in text_of(own)
    assert links(own) == ["?about=me", f"?about={ward_id()}"]
    assert re.search(r'about=me" aria-current="page"', own.content.decode())
    ward = browser.get("/who-looked" + links(own)[1])
    assert "verified guardian" in text_of(ward)
    assert re.search(rf'about={ward_id()}" aria-current="page"', ward.content.decode())


def test_page_leads_to_older_and_newer_look_ups(browser: Client) -> None:
    guardian = make_guardian(make_child())
    ask_often(guardian, 60)
    browser.force_login(guardian)
    first = browser.get(f"/who-looked?about={ward_id()}")
    assert text_of(first).count("Assisted query") == 50
    assert "Newer look-ups" not in text_of(first)
    second = browser.get("/who-looked" + links(first)[-1])
    assert text_of(second).count("Assisted query") == 10
    assert "Older look-ups" not in text_of(second)
    back = browser.get("/who-looked" + links(second)[-1])
    assert text_of(back) == text_of(first)


def test_page_begins_at_the_newest_when_a_cursor_is_not_valid(browser: Client) -> None:
    guardian = make_guardian(make_child())
    ask_often(guardian, 1)
    browser.force_login(guardian)
    response = browser.get(f"/who-looked?about={ward_id()}&cursor=nonsense")
    assert response.status_code == 400
    assert "Please start again from the newest." in text_of(response)
    assert "10 Jun 2022" in text_of(response)


@pytest.mark.parametrize("about", ["{ward}", "01814b56-f900-7348-8a68-83cb31c06918", "nonsense", ""])
def test_pages_about_somebody_else_s_ward_are_not_there(browser: Client, about: str) -> None:
    guardian = make_guardian(make_child())
    about = about.format(ward=ward_id())
    browser.force_login(make_stranger())
    assert browser.get(f"/who-looked?about={about}").status_code == 404
    if about:
        assert browser.get(f"/lock/{about}").status_code == 404
        assert browser.post(f"/lock/{about}", {"change": "close"}).status_code == 404
    assert not AccessLock.objects.exists()
    browser.force_login(guardian)
    assert browser.get(f"/who-looked?about={ward_id()}").status_code == 200


def test_pages_say_what_to_do_to_an_account_without_a_person(browser: Client) -> None:
    browser.force_login(make_account(at=AT))
    for path in ("/who-looked", "/lock", "/lock/me"):
        response = browser.get(path)
        assert response.status_code == 403
        assert "Please have your identity verified first." in text_of(response)
    assert browser.post("/lock/me", {"change": "close"}).status_code == 403


def test_pages_ask_to_sign_in_first(browser: Client) -> None:
    for path in ("/who-looked", "/lock", "/lock/me"):
        response = browser.get(path)
        assert (response.status_code, response.headers["Location"]) == (302, f"/sign-in?next={path}")


def test_lock_is_closed_and_opened_after_a_page_that_asks(browser: Client) -> None:
    guardian = make_guardian(make_child())
    stranger = make_stranger()

    def change(word: str) -> str:
        browser.force_login(guardian)
        assert f'href="/lock/{ward_id()}"' in browser.get("/lock").content.decode()
        asked = browser.get(f"/lock/{ward_id()}")
        assert f"{word.capitalize()} the lock?" in text_of(asked)
        assert "It shuts out no verified guardian." in text_of(asked)
        changed = browser.post(f"/lock/{ward_id()}", {"change": word})
        assert (changed.status_code, changed.headers["Location"]) == (303, "/lock")
        return text_of(browser.get("/lock"))

    assert "No abnormality found" in text_of(ask_and_read(browser, stranger))
    assert "The lock is closed. 10 Jun 2022, 10:00 · closed by you" in change("close")
    assert "Status unknown" in text_of(ask_and_read(browser, stranger))
    assert "No abnormality found" in text_of(ask_and_read(browser, guardian))
    assert "The lock is closed." not in change("open")
    assert "No abnormality found" in text_of(ask_and_read(browser, stranger))


def test_lock_changes_nothing_by_a_link_or_an_unknown_change(browser: Client) -> None:
    guardian = make_guardian(make_child())
    browser.force_login(guardian)
    assert browser.get("/lock/me?change=close").status_code == 200
    response = browser.post("/lock/me", {"change": "melt"})
    assert (response.status_code, response.headers["Location"]) == (303, "/lock/me")
    assert not AccessLock.objects.exists()
    assert browser.post("/lock/me", {"change": "close"}).status_code == 303
    assert AccessLock.objects.get().subject_key == guardian.person_id


def test_lock_is_refused_without_the_form_s_token() -> None:
    browser = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    browser.force_login(make_guardian(make_child()))
    assert browser.post("/lock/me", {"change": "close"}).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get("/lock/me").content.decode())
    assert token is not None
    sent = {"change": "close", "csrfmiddlewaretoken": token.group(1)}
    assert browser.post("/lock/me", sent).status_code == 303


def test_pages_hold_no_full_name_or_number(browser: Client) -> None:
    guardian = make_guardian(make_child())
    ask_often(guardian, 2)
    browser.force_login(guardian)
    for path in (f"/who-looked?about={ward_id()}", "/lock", f"/lock/{ward_id()}"):
        page = browser.get(path).content.decode()
        for hidden in ("李小明", "李建国", CHILD.number, CHILD.number[:14]):
            assert hidden not in page
