"""The rotating codes in the admin: those used at two sites first, masked, and beside the look-up."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from lookup.answer import Answer
from lookup.code_issue import next_code
from lookup.doors import own
from lookup.models import RotatingCode, Site
from tests.makers import make_account, make_document, make_facts, make_person, make_summary, mark_feeds_read

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(at: datetime) -> Answer:
    """An own code with two codes, the first of which was read at two sites."""
    child = make_person(at=at)
    make_summary(child.person_key, make_facts(at=at), at=at)
    mark_feeds_read(at)
    account = make_account(at=at, person=child)
    answer = own.ask(account, at=at)
    assert isinstance(answer, Answer)
    for seconds in (0, 30):
        assert next_code(answer, asker_id=account.id, at=at + timedelta(seconds=seconds))
    gate, mall = (Site.objects.create(name=name) for name in ("School gate", "Mall"))
    first = RotatingCode.objects.filter(issued_at=at)
    first.update(used_at=at, used_site=gate, reused_at=at + timedelta(seconds=9), reused_site=mall)
    return answer


def test_list_shows_codes_used_at_two_sites_unless_all_are_asked_for(admin: Client, answer: Answer) -> None:
    first, second = RotatingCode.objects.order_by("issued_at")

    listed = admin.get("/admin/lookup/rotatingcode/").content.decode()
    everything = admin.get("/admin/lookup/rotatingcode/?used=all").content.decode()

    assert str(first.id) in listed
    assert "Mall" in listed
    assert str(second.id) not in listed
    assert str(second.id) in everything
    assert make_document().number not in listed + everything
    assert "李小明" not in listed + everything


def test_look_up_shows_where_its_code_was_used_a_second_time(admin: Client, answer: Answer) -> None:
    page = admin.get(f"/admin/lookup/lookup/{answer.id}/change/").content.decode()
    assert "School gate → Mall" in page
    RotatingCode.objects.update(reused_at=None, reused_site=None)
    assert "→ Mall" not in admin.get(f"/admin/lookup/lookup/{answer.id}/change/").content.decode()


def test_code_is_read_and_never_changed(auditor: Client, admin: Client, answer: Answer) -> None:
    code = RotatingCode.objects.order_by("issued_at")[0]
    for client in (auditor, admin):
        assert "School gate" in client.get(f"/admin/lookup/rotatingcode/{code.id}/change/").content.decode()
        assert client.post(f"/admin/lookup/rotatingcode/{code.id}/change/", {}).status_code == 403
        assert client.post(f"/admin/lookup/rotatingcode/{code.id}/delete/", {}).status_code == 403
