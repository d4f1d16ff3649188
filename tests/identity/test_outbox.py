"""The outbox: each message once, codes first, never an expired one, again after a pause, not for ever."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from identity import notices, one_time_codes, outbox
from identity.models import Notice, OneTimeCode, User
from identity.notifier import notifier
from identity.one_time_codes import GOOD_FOR
from identity.outbox import MOST_CODE_TRIES, MOST_NOTICE_TRIES, Drained
from tests.canaries import sightings
from tests.identity.codes import SIGN_UP, MoodyNotifier, RememberingNotifier, code_for, code_in
from tests.makers import make_account, make_person

MOBILE, OTHER = "+8613900000031", "+8613900000032"


@pytest.fixture(autouse=True)
def sent(settings: Any) -> Iterator[list[tuple[str, str]]]:
    """What was handed over to a notifier that works, or is moody when told so."""
    settings.NOTIFIER = "tests.identity.codes.MoodyNotifier"
    notifier.cache_clear()
    RememberingNotifier.messages.clear()
    MoodyNotifier.refusals = 0
    yield RememberingNotifier.messages
    notifier.cache_clear()


def order(mobile: str = MOBILE, *, at: datetime, language: str = "en", is_decoy: bool = False) -> None:
    one_time_codes.order(mobile, purpose=SIGN_UP, is_decoy=is_decoy, language=language, at=at)


def post(account: User, *, at: datetime) -> Notice:
    return notices.post(account, Notice.Kind.PASSWORD_CHANGED, subject_key=None, at=at)


def drain(at: datetime) -> Drained:
    return outbox.drain(lambda: at)


@pytest.mark.django_db
def test_code_is_sent_once_to_its_number(at: datetime, sent: list[tuple[str, str]]) -> None:
    order(at=at)
    assert drain(at) == Drained(sent=1, failed=0)
    [(mobile, text)] = sent
    assert mobile == MOBILE
    assert code_in(text) == code_for(MOBILE)
    assert drain(at + timedelta(minutes=1)) == Drained(sent=0, failed=0)
    assert OneTimeCode.objects.get().sent_at == at


@pytest.mark.django_db
def test_number_that_gets_no_code_is_told_why(at: datetime, sent: list[tuple[str, str]]) -> None:
    order(at=at, is_decoy=True)
    order(OTHER, at=at)
    drain(at)
    texts = dict(sent)
    assert code_in(texts[MOBILE]) is None
    assert "has an account already" in texts[MOBILE]
    assert code_in(texts[OTHER]) is not None


@pytest.mark.django_db
def test_code_comes_in_the_language_in_which_it_was_asked_for(
    at: datetime, sent: list[tuple[str, str]]
) -> None:
    order(at=at, language="en")
    order(OTHER, at=at, language="zh-hans")
    drain(at)
    assert dict(sent)[MOBILE].isascii()
    assert code_in(dict(sent)[OTHER]) or not dict(sent)[OTHER].isascii()


@pytest.mark.django_db
def test_expired_code_is_never_sent(at: datetime, sent: list[tuple[str, str]]) -> None:
    order(at=at)
    assert drain(at + GOOD_FOR) == Drained(sent=0, failed=0)
    assert sent == []
    assert drain(at + GOOD_FOR - timedelta(seconds=1)) == Drained(sent=1, failed=0)


@pytest.mark.django_db
def test_clock_is_asked_again_before_each_message(at: datetime, sent: list[tuple[str, str]]) -> None:
    order(at=at)
    order(OTHER, at=at)
    clock = iter([at, at + GOOD_FOR, at + GOOD_FOR])
    assert outbox.drain(lambda: next(clock)).sent == 1
    assert len(sent) == 1


@pytest.mark.django_db
def test_code_that_a_newer_one_replaced_is_not_sent(at: datetime, sent: list[tuple[str, str]]) -> None:
    order(at=at)
    order(at=at + one_time_codes.PAUSE)
    drain(at + one_time_codes.PAUSE)
    assert [code_in(text) for _mobile, text in sent] == [code_for(MOBILE)]


@pytest.mark.django_db
def test_message_is_tried_again_after_a_pause_and_then_sent_once(
    at: datetime, sent: list[tuple[str, str]]
) -> None:
    order(at=at)
    MoodyNotifier.refusals = 1
    assert drain(at) == Drained(sent=0, failed=1)
    assert drain(at) == Drained(sent=0, failed=0)
    assert drain(at + timedelta(minutes=1)) == Drained(sent=1, failed=0)
    assert len(sent) == 1


@pytest.mark.django_db
def test_message_is_given_up_in_the_end_and_stays_visible(at: datetime, sent: list[tuple[str, str]]) -> None:
    post(make_account(at=at), at=at)
    order(at=at)
    OneTimeCode.objects.update(expires_at=at + timedelta(days=9))
    MoodyNotifier.refusals = 1000
    for hours in range(3 * MOST_NOTICE_TRIES):
        drain(at + timedelta(hours=hours))
    given_up = Notice.objects.get()
    assert (given_up.tries, given_up.sent_at) == (MOST_NOTICE_TRIES, None)
    code = OneTimeCode.objects.get()
    assert (code.sending_tries, code.sent_at) == (MOST_CODE_TRIES, None)
    assert sent == []


@pytest.mark.django_db
def test_notifier_that_is_away_costs_the_waiting_messages_no_tries(
    at: datetime, sent: list[tuple[str, str]]
) -> None:
    account = make_account(at=at)
    for _ in range(20):
        post(account, at=at)
    MoodyNotifier.refusals = 1000
    failed = drain(at).failed
    assert 1 <= failed < 5
    assert Notice.objects.filter(tries__gt=0).count() == failed

    MoodyNotifier.refusals = 0
    assert drain(at + timedelta(minutes=1)).sent == 20
    assert len(sent) == 20


@pytest.mark.django_db
def test_notice_is_sent_in_words_of_its_reader_without_a_name(
    at: datetime, sent: list[tuple[str, str]]
) -> None:
    person = make_person(at=at, name="欧阳金丝雀")
    account = make_account(at=at, person=person)
    notices.post(account, Notice.Kind.LOCK_CLOSED, subject_key=person.person_key, at=at)
    assert drain(at).sent == 1
    [(mobile, text)] = sent
    assert mobile == "+8613900000001"
    assert text
    assert sightings(text, ["金丝雀", person.number]) == []


@pytest.mark.django_db
def test_notice_of_a_closed_account_waits(at: datetime, sent: list[tuple[str, str]]) -> None:
    account = make_account(at=at, is_active=False)
    post(account, at=at)
    assert drain(at).sent == 0
    User.objects.update(is_active=True)
    assert drain(at).sent == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_message_once(at: datetime, sent: list[tuple[str, str]]) -> None:
    account = make_account(at=at)
    for number in range(15):
        post(account, at=at)
        order(f"+86139000001{number:02d}", at=at)

    def work(_number: int) -> int:
        try:
            return drain(at).sent
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 30
    assert len(sent) == 30
    assert len({text for _mobile, text in sent if code_in(text)} | {m for m, _text in sent}) >= 16
