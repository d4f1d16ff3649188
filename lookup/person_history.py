"""A person's tests and doses one by one, as kin see them."""

from datetime import datetime, timedelta
from uuid import UUID

from civil_time import civil_date
from lookup.answer import DoseShown, History, TestShown
from records.history import doses_of, tests_of

TESTS_SHOWN_FOR = timedelta(days=7)


def history_of(person_key: UUID, *, at: datetime) -> History:
    """Return the tests of the last 7 days and every dose, newest first."""
    tests = tests_of(person_key, since=civil_date(at) - TESTS_SHOWN_FOR)
    return History(
        tests=tuple(
            TestShown(
                collected_at=test.collected_at,
                issued_at=test.issued_at,
                result=test.result,
                pooled=test.pooled,
                laboratory=test.laboratory,
            )
            for test in tests
        ),
        doses=tuple(
            DoseShown(
                dose_number=dose.dose_number,
                product=dose.product,
                administered_on=dose.administered_on,
                site=dose.site,
            )
            for dose in doses_of(person_key)
        ),
    )
