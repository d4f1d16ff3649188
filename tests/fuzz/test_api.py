"""Generated requests against the whole OpenAPI document, over a real server, with every check there is."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from identity.accounts import open_session
from tests.deployment import Deployment, database_url
from tests.lookup.api.calls import document
from tests.makers import (
    make_account,
    make_device_key,
    make_document,
    make_kinship,
    make_person,
    mark_feeds_read,
)
from tests.rounds import IS_LONG, rounds

pytestmark = [pytest.mark.fuzz, pytest.mark.django_db(transaction=True)]

EXAMPLES = rounds(short=50, long=300)
CHILD_BORN_ON = date(2019, 6, 15)

# A number that fits its description may still be nobody's: 400 says so. 410 is an answer that has closed.
_GOOD_DATA_MAY_MEET = ["2xx", "400", "401", "404", "409", "410", "429"]
# A budget is counted before a body is refused, never the other way round.
CONFIG = {
    "checks": {"positive_data_acceptance": {"expected-statuses": _GOOD_DATA_MAY_MEET}},
    "operations": [
        # An address can lose on its way what made its query wrong: an empty name, a value that is none.
        {"include-method": "GET", "checks": {"negative_data_rejection": {"enabled": False}}},
        # A bad item gets its problem at its own place, and does not sink the others: the call is a 200.
        {"include-path": "/api/v1/checks/batch", "checks": {"negative_data_rejection": {"enabled": False}}},
    ],
}


@pytest.fixture
def deployment(tmp_path: Path, transactional_db: None) -> Iterator[Deployment]:
    service = Deployment(var=tmp_path, database_url=database_url())
    with service.web():
        yield service


class Credentials:
    def __init__(self) -> None:
        at = timezone.now()
        father = make_person(make_document(date(1985, 3, 4)), at=at)
        make_kinship(father, make_person(make_document(CHILD_BORN_ON), at=at), at=at)
        mark_feeds_read(at)
        self.father = make_account(at=at, person=father)
        self.device_key = make_device_key()[1]

    def headers_for(self, case: Any) -> dict[str, str]:
        """Return the Authorization that an operation asks for; a session of its own for each call."""
        schemes = [scheme for one in case.operation.definition.raw.get("security", []) for scheme in one]
        match schemes:
            case ["bearer"]:
                token = open_session(self.father, at=timezone.now()).token
                return {"Authorization": f"Bearer {token}"}
            case ["Api-Key"]:
                return {"Authorization": f"Api-Key {self.device_key}"}
            case _:
                return {}


@pytest.fixture
def credentials(transactional_db: None) -> Credentials:
    return Credentials()


schema = schemathesis.openapi.from_dict(document(), config=SchemathesisConfig.from_dict(CONFIG))


@schema.parametrize()
# One server takes all requests of an operation, as in life.
@settings(
    max_examples=EXAMPLES,
    derandomize=not IS_LONG,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_api_keeps_its_promises_whatever_is_sent(
    case: Any, deployment: Deployment, credentials: Credentials
) -> None:
    headers = credentials.headers_for(case)
    response = case.call(base_url=f"http://127.0.0.1:{deployment.port}", headers=headers)
    assert response.status_code < 500
    # Raises for whatever else the document promises and the answer does not keep.
    case.validate_response(response, headers=headers)
