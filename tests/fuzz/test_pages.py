"""Generated text in the forms of the pages and the searches of the admin: a sentence back, never a fault."""

from datetime import date
from http import HTTPStatus
from urllib.parse import quote, quote_from_bytes

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookup.models import Lookup
from tests.makers import make_account, make_number, make_person, make_staff, mark_feeds_read
from tests.rounds import IS_LONG, rounds

pytestmark = [pytest.mark.fuzz, pytest.mark.django_db]

FORM = "application/x-www-form-urlencoded"
NUMBER = make_number(date(2019, 6, 15))
ADDRESSES = (
    "/admin/records/source/?q={}",
    "/admin/records/quarantined/?q={}",
    "/admin/records/tube/?q={}",
    "/admin/records/alert/?q={}",
    "/admin/records/alert/?authority__exact={}",
    "/admin/records/syncrun/?source__name__exact={}",
    "/admin/identity/person/?o={}",
    "/admin/identity/person/?p={}",
    "/admin/identity/kinship/?in_force={}",
    "/admin/lookup/lookup/?day={}",
    "/admin/lookup/lookup/?outcome__exact={}",
    "/admin/lookup/lookup/?{}=1",
    "/admin/identity/person/{}/change/",
    "/admin/lookup/lookup/{}/change/",
    "/admin/{}",
    "/answers/{}",
)
generated = settings(
    max_examples=rounds(short=80, long=1500),
    derandomize=not IS_LONG,
    database=None,
    deadline=None,
    # One browser sends all of them, as in life.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

# Characters that have broken programs: NUL, line ends, halves of pairs, marks, other scripts' digits.
_AWKWARD = st.sampled_from(
    "\0\r\n\t\x1b\x7f\u200b\u200f\u202e\ufeff\ud800\udfff\uffff１٣०Ⅷ𝟙XxхΧ·-—,'\"<>%&=;"
)
_TEXTS = st.text(st.characters(exclude_categories=()) | _AWKWARD, max_size=60)


@st.composite
def nearly_numbers(draw: st.DrawFn) -> str:
    """Draw a right number with something put in, or something taken out."""
    place = draw(st.integers(0, len(NUMBER)))
    removed = draw(st.integers(0, 2))
    return NUMBER[:place] + draw(st.text(_AWKWARD, max_size=3)) + NUMBER[place + removed :]


def percent_encoded(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


values = (
    (_TEXTS | nearly_numbers()).map(percent_encoded)
    | st.binary(max_size=60).map(quote_from_bytes)
    # Not even percent-encoded as it should be.
    | st.text("%0fFuU+&=;", max_size=20)
    | st.just("9" * 10_000)
)


@pytest.fixture
def citizen() -> Client:
    at = timezone.now()
    mark_feeds_read(at)
    make_person(at=at)
    return signed_in(Client(raise_request_exception=False), make_account(at=at))


@pytest.fixture
def colleague() -> Client:
    return signed_in(Client(raise_request_exception=False), make_staff(at=timezone.now()))


def signed_in(browser: Client, account: object) -> Client:
    browser.force_login(account)
    return browser


@generated
@given(value=values)
def test_assisted_query_answers_or_says_what_is_wrong_whatever_is_typed(citizen: Client, value: str) -> None:
    before = Lookup.objects.count()
    reply = citizen.generic("POST", "/assisted", f"document_number={value}", content_type=FORM)
    assert reply.status_code in (303, 400, 429)
    # Every answer leaves its row, and so does a spent budget; nothing else does.
    assert Lookup.objects.count() - before == (reply.status_code != HTTPStatus.BAD_REQUEST)


@generated
@given(value=values)
def test_search_by_number_leads_on_or_says_what_is_wrong_whatever_is_typed(
    colleague: Client, value: str
) -> None:
    reply = colleague.generic(
        "POST", "/admin/identity/person/find/", f"document_number={value}", content_type=FORM
    )
    assert reply.status_code in (200, 302, 303, 400, 404)


@generated
@given(address=st.sampled_from(ADDRESSES), value=values)
def test_address_of_the_admin_never_breaks_whatever_stands_in_it(
    colleague: Client, address: str, value: str
) -> None:
    path, _, query = address.format(value).partition("?")
    reply = colleague.generic("GET", path, QUERY_STRING=query)
    assert reply.status_code in (200, 301, 302, 400, 404)


@settings(generated, max_examples=rounds(short=15, long=150))
@given(mobile=values, password=values)
def test_sign_in_lets_nobody_in_and_never_breaks_whatever_is_typed(
    citizen: Client, mobile: str, password: str
) -> None:
    body = f"mobile={mobile}&password={password}"
    reply = Client(raise_request_exception=False).generic("POST", "/sign-in", body, content_type=FORM)
    assert reply.status_code in (200, 400)
