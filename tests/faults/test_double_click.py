"""The same question twice at the same moment: one answer or two, no error, and no budget exceeded."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from django.utils import timezone

from identity.accounts import open_session
from identity.models import User
from lookup.models import Lookup
from tests.deployment import Deployment, Reply, database_url
from tests.form_browser import FormBrowser
from tests.makers import PASSWORD, make_account, make_number, mark_feeds_read
from tests.rounds import rounds

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

CLICKS = rounds(short=4, long=40)
FAILURES_PER_DAY = 10


@pytest.fixture
def now() -> datetime:
    """The servers are real processes, so their clock is the real one."""
    return timezone.now()


@pytest.fixture
def deployment(tmp_path: Path, now: datetime, transactional_db: None) -> Iterator[Deployment]:
    mark_feeds_read(now)
    service = Deployment(var=tmp_path, database_url=database_url())
    with service.web(threads=4):
        yield service


def test_form_answers_both_clicks_when_it_is_sent_twice_at_once(
    deployment: Deployment, now: datetime
) -> None:
    asker = make_account(at=now)
    browser = signed_in(deployment, "13900000001")
    for click in range(min(CLICKS, FAILURES_PER_DAY // 2)):
        send = browser.filled_in("/assisted", document_number=make_number(sequence=click))
        replies = at_once(send, send)
        assert [reply.status for reply in replies] == [303, 303]
        pages = {browser.get(reply.headers["Location"]).status for reply in replies}
        assert pages == {200}
    assert answered(asker) == 2 * min(CLICKS, FAILURES_PER_DAY // 2)


def test_form_takes_the_last_place_of_a_budget_once_when_it_is_sent_twice_at_once(
    deployment: Deployment, now: datetime
) -> None:
    for click in range(CLICKS):
        asker = make_account(f"+86139000010{click:02}", at=now)
        use_up_all_but_one(deployment, asker, now)
        browser = signed_in(deployment, f"139000010{click:02}")
        send = browser.filled_in("/assisted", document_number=number_for(click, 99))
        assert sorted(reply.status for reply in at_once(send, send)) == [303, 429]
        assert answered(asker) == FAILURES_PER_DAY


def test_api_takes_the_last_place_of_a_budget_once_when_it_is_asked_twice_at_once(
    deployment: Deployment, now: datetime
) -> None:
    for click in range(CLICKS):
        asker = make_account(f"+86139000020{click:02}", at=now)
        ask = use_up_all_but_one(deployment, asker, now)
        replies = at_once(partial(ask, 99), partial(ask, 99))
        assert sorted(reply.status for reply in replies) == [201, 429]
        [refused] = [reply for reply in replies if reply.status == 429]
        assert int(refused.headers["Retry-After"]) > 0
        assert answered(asker) == FAILURES_PER_DAY


def test_api_gives_two_answers_with_a_row_each_when_it_is_asked_twice_at_once(
    deployment: Deployment, now: datetime
) -> None:
    for click in range(CLICKS):
        asker = make_account(f"+86139000030{click:02}", at=now)
        ask = by_api(deployment, asker, now)
        replies = at_once(partial(ask, 1), partial(ask, 1))
        assert [reply.status for reply in replies] == [201, 201]
        ids = {json.loads(reply.body)["id"] for reply in replies}
        assert len(ids) == 2
        assert {str(row.id) for row in Lookup.objects.filter(asker=asker)} == ids


def at_once(*calls: Callable[[], Reply]) -> list[Reply]:
    """Make calls in threads of their own that begin together."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Reply]) -> Reply:
        start.wait(timeout=10)
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def signed_in(deployment: Deployment, mobile: str) -> FormBrowser:
    browser = FormBrowser(deployment)
    assert browser.post("/sign-in", mobile=mobile, password=PASSWORD).status in (302, 303)
    return browser


def use_up_all_but_one(deployment: Deployment, asker: User, at: datetime) -> Callable[[int], Reply]:
    """Spend nine of the ten failures of a day, and return a way to ask."""
    ask = by_api(deployment, asker, at)
    for sequence in range(FAILURES_PER_DAY - 1):
        assert ask(sequence).status == 201
    return ask


def by_api(deployment: Deployment, asker: User, at: datetime) -> Callable[[int], Reply]:
    headers = {
        "Authorization": f"Bearer {open_session(asker, at=at).token}",
        "Content-Type": "application/json",
    }
    number = int(asker.masked_mobile[-2:])

    def ask(sequence: int) -> Reply:
        body = json.dumps({"document_number": number_for(number, sequence)})
        return deployment.call("POST", "/api/v1/assisted-queries", body=body, headers=headers)

    return ask


def number_for(account: int, sequence: int) -> str:
    """Return a number of a birthday that is the account's own, so that no two share a prefix's budget."""
    return make_number(date(2015, 1, 1) + timedelta(days=account), sequence=sequence)


def answered(asker: User) -> int:
    return Lookup.objects.filter(asker=asker, outcome=Lookup.Outcome.ANSWERED).count()
