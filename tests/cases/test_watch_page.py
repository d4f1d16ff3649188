"""Watching an answer with one tap, without a case."""

import pytest
from django.test import Client

from cases import watching
from cases.models import Case, Watch
from tests.cases.complaints import ask, make_guardian, make_stranger, make_ward
from tests.lookup.web.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(time_machine, at):
    time_machine.move_to(at, tick=False)


def signed_in(user) -> Client:
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def test_tap_watches_the_answer_and_leads_back_to_it(at) -> None:
    child = make_ward(at=at)
    guardian = make_guardian(child, at=at)
    browser, row = signed_in(guardian), ask(guardian, child.person_key, at=at)
    assert f'action="/cases/watch/{row.id}"' in browser.get(f"/answers/{row.id}").content.decode()
    for _ in range(2):
        watched = browser.post(f"/cases/watch/{row.id}", follow=True)
        assert watched.redirect_chain == [(f"/answers/{row.id}", 303)]
        assert "You are watching this answer" in text_of(watched)
    assert (Watch.objects.count(), Case.objects.count()) == (1, 0)


def test_answer_of_others_cannot_be_watched_and_the_own_can(at) -> None:
    child = make_ward(at=at)
    guardian, stranger = make_guardian(child, at=at), make_stranger(at=at)
    row = ask(guardian, child.person_key, at=at)
    assert signed_in(stranger).post(f"/cases/watch/{row.id}").status_code == 404
    assert signed_in(guardian).get(f"/cases/watch/{row.id}").status_code == 405
    assert not Watch.objects.exists()
    assert signed_in(guardian).post(f"/cases/watch/{row.id}").status_code == 303


def test_too_many_watches_are_refused_in_words(at, monkeypatch) -> None:
    child = make_ward(at=at)
    guardian = make_guardian(child, at=at)
    row = ask(guardian, child.person_key, at=at)
    monkeypatch.setattr(watching, "MOST_WATCHES", 0)
    refused = signed_in(guardian).post(f"/cases/watch/{row.id}")
    assert refused.status_code == 409
    assert "file a case" in text_of(refused)
    monkeypatch.setattr(watching, "MOST_WATCHES", 1)
    assert signed_in(guardian).post(f"/cases/watch/{row.id}").status_code == 303
