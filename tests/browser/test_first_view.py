"""What a page costs on a poor connection when somebody comes to it for the first time."""

import gzip

import pytest
from playwright.sync_api import Response
from time_machine import TimeMachineFixture

from healthcode.verdict import StatusCode
from identity.models import User
from tests.browser.conftest import Visitors
from tests.browser.family import Family, make_family
from tests.browser.visit import Visit
from tests.lookup.api.story import AT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_REQUESTS = 4
MOST_BYTES = 60_000
OUTSIDE = ("/", "/sign-in", "/sign-up", "/password-reset", "/nothing-here")
INSIDE = (
    "/",
    "/own-code",
    "/assisted",
    "/third-party",
    "/records-of",
    "/wards",
    "/wards/claim",
    "/who-looked",
    "/lock",
    "/lock/me",
    "/notices",
    "/account",
    "/cases",
)


@pytest.fixture
def family(time_machine: TimeMachineFixture) -> Family:
    time_machine.move_to(AT, tick=False)
    return make_family()


def cost(visitor: Visitors, path: str, user: User | None = None) -> tuple[int, int]:
    """Return requests and compressed bytes of a page for a browser that knows nothing yet."""
    visit = visitor()
    if user is not None:
        visit.keep_signed_in(user)
    responses: list[Response] = []
    visit.page.on("response", lambda response: responses.append(response))
    visit.go(path)
    visit.page.wait_for_load_state("networkidle")
    return len(responses), sum(len(gzip.compress(each.body(), 6)) for each in responses)


def dearer(costs: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    return {
        path: (requests, size)
        for path, (requests, size) in costs.items()
        if requests > MOST_REQUESTS or size > MOST_BYTES
    }


def test_first_view_is_light_before_signing_in(visitor: Visitors, family: Family) -> None:
    assert dearer({path: cost(visitor, path) for path in OUTSIDE}) == {}


def test_first_view_is_light_for_who_is_signed_in(visitor: Visitors, family: Family) -> None:
    assert dearer({path: cost(visitor, path, family.guardian) for path in INSIDE}) == {}


@pytest.mark.parametrize("status", [StatusCode.GREEN, StatusCode.UNCONFIRMED, StatusCode.UNKNOWN])
def test_first_view_of_an_answer_is_light(visitor: Visitors, family: Family, status: StatusCode) -> None:
    path = asked(visitor(), family, status)
    assert dearer({path: cost(visitor, path, family.guardian)}) == {}


def test_weight_would_be_noticed(visitor: Visitors, family: Family) -> None:
    requests, size = cost(visitor, "/checkpoint")
    assert requests > MOST_REQUESTS
    assert dearer({"/checkpoint": (requests, size)})


def asked(visit: Visit, family: Family, status: StatusCode) -> str:
    """Ask and return the path of the answer."""
    visit.keep_signed_in(family.guardian)
    visit.ask(family.number(status))
    return visit.page.url.removeprefix(visit.origin)
