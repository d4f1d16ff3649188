"""The bare unknown is one answer, byte for byte, whatever the cause (docs/domain.md, 4)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from healthcode.facts import Naat, NaatResult, OrderKind
from lookup.models import AccessLock
from tests.lookup.api.calls import bearer, post, without_ids_and_times
from tests.lookup.api.story import AT, CHILD, make_alert, make_child, make_order
from tests.makers import make_account, mark_feeds_read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def _unknown_to_everybody() -> None:
    mark_feeds_read(AT)


def _not_registered() -> None:
    make_child(registered_at=None)


def _registered_today() -> None:
    make_child(registered_at=AT - timedelta(hours=1))


def _without_face() -> None:
    make_child(has_face=False)


def _dead() -> None:
    make_child(died_on=AT.date() - timedelta(days=3))


def _withdrawn() -> None:
    make_child(withdrawn=True)


def _locked() -> None:
    child = make_child()
    kin = make_account("+8613900000009", at=AT)
    AccessLock.objects.create(subject_key=child.person_key, locked_at=AT, locked_by=kin)


def _yellow() -> None:
    make_child(facts={"orders": (make_order(),)})


def _red() -> None:
    make_child(facts={"orders": (make_order(kind=OrderKind.CENTRAL_ISOLATION),)})


def _alert() -> None:
    make_child(facts={"alerts": (make_alert(),), "naats": ()})


def _positive_pool() -> None:
    pool = Naat(
        collected_at=AT - timedelta(hours=20),
        issued_at=AT - timedelta(hours=9),
        result=NaatResult.DETECTED,
        pooled=True,
    )
    make_child(facts={"naats": (pool,)})


CAUSES = [
    _unknown_to_everybody,
    _not_registered,
    _registered_today,
    _without_face,
    _dead,
    _withdrawn,
    _locked,
    _yellow,
    _red,
    _alert,
    _positive_pool,
]


def read_by_a_stranger(cause: Callable[[], None], language: str) -> str:
    """Return headers and body of the answer that a stranger reads, then forget the cause again."""
    before = transaction.savepoint()
    cause()
    response = post(
        "assisted-queries", CHILD, bearer(make_account(at=AT), at=AT) | {"Accept-Language": language}
    )
    transaction.savepoint_rollback(before)
    assert (response.status_code, response.json()["status"]["code"]) == (201, "UNKNOWN")
    assert response.json()["possible_causes"]
    assert response.json()["next_steps"]
    seen = sorted(item for item in response.headers.items() if not item[0].lower().endswith("-id"))
    return without_ids_and_times(f"{seen}\n{response.content.decode()}")


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_bare_unknown_is_the_same_whatever_the_cause(language: str) -> None:
    read = {cause.__name__: read_by_a_stranger(cause, language) for cause in CAUSES}
    first = read["_unknown_to_everybody"]
    assert len(read) == len(CAUSES)
    assert [name for name, seen in read.items() if seen != first] == []


def test_green_is_told_apart_from_the_bare_unknown() -> None:
    make_child()
    answer = post("assisted-queries", CHILD, bearer(make_account(at=AT), at=AT)).json()
    assert (answer["status"]["code"], answer["possible_causes"]) == ("GREEN", [])
