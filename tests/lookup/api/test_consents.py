"""Giving a consent by HTTP: bound to asker and subject, and silent about whether there is one."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from identity.keyring import key_of
from lookup.models import Consent
from lookup.tasks import forget_consents
from tests.lookup.api.calls import (
    assert_documented,
    assert_problem,
    bearer,
    post,
    without_ids_and_times,
)
from tests.lookup.api.face_questions import question
from tests.lookup.api.story import AT
from tests.lookup.doors.neighbours import ELDER, make_elder, make_neighbour
from tests.makers import make_document, make_number

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def neighbour() -> dict[str, str]:
    return bearer(make_neighbour(), at=AT)


@pytest.mark.parametrize(("language", "word"), [("en", "agrees"), ("zh-Hans", "同意")])
def test_consent_says_what_the_person_agrees_to(neighbour: dict[str, str], language: str, word: str) -> None:
    make_elder()
    response = post("consents", question(), neighbour | {"Accept-Language": language})
    body = response.json()
    assert (response.status_code, body["expires_at"]) == (201, "2022-06-10T10:10:00+08:00")
    assert word in body["notice"]
    assert_documented(response, "give_consent")
    row = Consent.objects.get()
    assert (str(row.id), row.subject_key, row.used_at) == (body["id"], key_of(ELDER), None)


def test_consent_is_noted_alike_for_a_number_that_is_in_no_record(neighbour: dict[str, str]) -> None:
    make_elder()
    known, unknown = (post("consents", question(each), neighbour) for each in (ELDER, make_document()))
    assert (known.status_code, unknown.status_code) == (201, 201)
    assert without_ids_and_times(known.content.decode()) == without_ids_and_times(unknown.content.decode())


def test_consent_needs_a_number_and_a_token(neighbour: dict[str, str]) -> None:
    malformed = post("consents", {"document_number": make_number()[:17]}, neighbour)
    problem = assert_problem(malformed, 400, "invalid")
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("document_number", "wrong_length")]
    assert_documented(malformed, "give_consent")
    assert_problem(post("consents", question()), 401, "not_authenticated")
    assert Consent.objects.count() == 0
    assert post("consents", question(), neighbour).status_code == 201


def test_forget_consents_deletes_those_that_have_expired(neighbour: dict[str, str]) -> None:
    post("consents", question(), neighbour)
    with time_machine.travel(AT + timedelta(minutes=5), tick=False):
        post("consents", question(), neighbour)
    with time_machine.travel(AT + timedelta(minutes=12), tick=False):
        forget_consents()
        assert [row.expires_at > timezone.now() for row in Consent.objects.all()] == [True]
