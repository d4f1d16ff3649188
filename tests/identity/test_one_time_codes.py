"""One-time codes: the newest, once, ten minutes, five tries; five a day with a pause between them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from identity import one_time_codes
from identity.keyring import mobile_key
from identity.models import OneTimeCode
from identity.one_time_codes import GOOD_FOR, MOST_A_DAY, MOST_TRIES, PAUSE
from tests.identity.codes import RESET, SIGN_UP, code_for, code_in, message_of, newest, wrong

MOBILE, OTHER = "+8613900000021", "+8613900000022"


def order(
    mobile: str = MOBILE,
    *,
    at: datetime,
    purpose: OneTimeCode.Purpose = SIGN_UP,
    is_decoy: bool = False,
) -> datetime:
    return one_time_codes.order(mobile, purpose=purpose, is_decoy=is_decoy, language="en", at=at)


def is_good(code: str, mobile: str = MOBILE, *, at: datetime, purpose: OneTimeCode.Purpose = SIGN_UP) -> bool:
    key = mobile_key(mobile)
    with transaction.atomic():
        one_time_codes.lock(key)
        return one_time_codes.spend_try(key, code, purpose=purpose, at=at) is not None


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("123456", "123456"),
        (" 123 456 ", "123456"),
        ("１２３４５６", "123456"),
        ("000000", "000000"),
        ("12345", None),
        ("1234567", None),
        ("12345a", None),
        ("", None),
        ("١٢٣٤٥٦", None),
        ("1" * 10_000, None),
    ],
)
def test_code_is_read_as_people_type_it(raw: str, code: str | None) -> None:
    assert one_time_codes.parse_code(raw) == code


@pytest.mark.django_db
def test_code_is_good_for_its_mobile_and_its_purpose_alone(at: datetime) -> None:
    assert order(at=at) == at + GOOD_FOR
    order(OTHER, at=at)
    order(at=at, purpose=RESET)
    of_reset = code_for(MOBILE)
    OneTimeCode.objects.filter(id=newest(MOBILE).id).delete()
    code = code_for(MOBILE)

    assert not is_good(code, OTHER, at=at) or code == code_for(OTHER)
    assert not is_good(of_reset, at=at) or code == of_reset
    assert not is_good(code, at=at, purpose=RESET)
    assert is_good(code, at=at)


@pytest.mark.django_db
def test_code_ends_after_ten_minutes(at: datetime) -> None:
    order(at=at)
    code = code_for(MOBILE)
    assert is_good(code, at=at + GOOD_FOR - timedelta(microseconds=1))
    assert not is_good(code, at=at + GOOD_FOR)


@pytest.mark.django_db
def test_code_ends_with_its_last_try(at: datetime) -> None:
    order(at=at)
    code = code_for(MOBILE)
    assert [is_good(wrong(code), at=at) for _ in range(MOST_TRIES - 1)] == [False] * (MOST_TRIES - 1)
    assert is_good(code, at=at)
    assert not is_good(code, at=at)
    assert newest(MOBILE).tries_left == 0


@pytest.mark.django_db
def test_code_is_good_once(at: datetime) -> None:
    order(at=at)
    code = code_for(MOBILE)
    assert is_good(code, at=at)
    one_time_codes.use(newest(MOBILE), at=at)
    assert not is_good(code, at=at)


@pytest.mark.django_db
def test_newest_code_alone_is_good(at: datetime) -> None:
    order(at=at)
    former = code_for(MOBILE)
    later = at + PAUSE
    order(at=later)
    OneTimeCode.objects.filter(id=newest(MOBILE).id).update(is_decoy=False)
    assert is_good(code_for(MOBILE), at=later)
    if former != code_for(MOBILE):
        assert not is_good(former, at=later)


@pytest.mark.django_db
def test_decoy_is_never_good_and_brings_no_code(at: datetime) -> None:
    order(at=at, is_decoy=True)
    decoy = newest(MOBILE)
    assert code_in(message_of(decoy)) is None
    decoy.is_decoy = False
    hidden = code_in(message_of(decoy))
    assert hidden is not None
    assert not is_good(hidden, at=at)

    OneTimeCode.objects.update(is_decoy=False)
    assert is_good(hidden, at=at)


@pytest.mark.django_db
def test_next_code_comes_after_a_pause(at: datetime) -> None:
    for waited in (timedelta(0), PAUSE - timedelta(seconds=1), PAUSE):
        # The answer is the same whether or not a code is sent.
        assert order(at=at + waited) == at + waited + GOOD_FOR
    assert OneTimeCode.objects.count() == 2


@pytest.mark.django_db
def test_five_codes_a_day_and_again_after_midnight(at: datetime) -> None:
    for number in range(MOST_A_DAY + 3):
        purpose = SIGN_UP if number % 2 else RESET
        order(at=at + number * PAUSE, purpose=purpose)
    assert OneTimeCode.objects.count() == MOST_A_DAY
    order(OTHER, at=at)
    assert OneTimeCode.objects.count() == MOST_A_DAY + 1

    one_time_codes.forget(before=at + timedelta(days=1))
    order(at=at + timedelta(days=1))
    assert code_in(message_of(newest(MOBILE)))


@pytest.mark.django_db(transaction=True)
def test_many_requests_at_once_store_one_code(at: datetime) -> None:
    def ask(_number: int) -> None:
        try:
            order(at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(24)))
    assert OneTimeCode.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_once_never_exceed_the_five(at: datetime) -> None:
    order(at=at)
    code = code_for(MOBILE)

    def guess(_number: int) -> bool:
        try:
            return is_good(code, at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(guess, range(24))) == MOST_TRIES
    assert newest(MOBILE).tries_left == 0


@pytest.mark.django_db
def test_nothing_of_number_or_code_stands_in_the_row(at: datetime) -> None:
    order(at=at)
    code = code_for(MOBILE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM identity_onetimecode t")
        row = cursor.fetchone()[0]
    assert MOBILE[3:] not in row
    assert f",{code}," not in row
    assert MOBILE not in repr(newest(MOBILE)) + str(newest(MOBILE))


@pytest.mark.django_db
def test_codes_are_forgotten_after_their_time(at: datetime) -> None:
    order(at=at)
    assert one_time_codes.forget(before=at + GOOD_FOR) == 0
    assert one_time_codes.forget(before=at + GOOD_FOR + timedelta(seconds=1)) == 1
