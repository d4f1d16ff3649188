"""The check of the database: our own PostgreSQL passes, one with too few locks is named."""

import pytest
from django.core.checks import Tags, run_checks

from records import checks

pytestmark = pytest.mark.django_db


def test_database_with_locks_enough_passes():
    assert run_checks(tags=[Tags.database], databases=["default"]) == []


def test_database_with_few_locks_is_named_with_its_remedy(monkeypatch):
    monkeypatch.setattr(checks, "LEAST_LOCKS", 1_000_000)
    [warning] = run_checks(tags=[Tags.database], databases=["default"])
    assert warning.id == "records.W001"
    assert "max_locks_per_transaction = 1000000" in warning.hint
