"""docs/feed.md names every kind, field, value and reason; a source can be built from it alone."""

from pathlib import Path

import pytest

from healthcode.facts import AlertCause, AlertKind, NaatResult, OrderKind, VaccineProduct
from records.feed import FIELDS
from records.feed_fields import RejectionReason
from records.models import Kind

DOCUMENT = (Path(__file__).parents[2] / "docs" / "feed.md").read_text(encoding="utf-8")
ENUMS = (AlertCause, AlertKind, NaatResult, OrderKind, VaccineProduct)


@pytest.mark.parametrize(
    "word",
    [
        *Kind.values,
        *(name for kind in Kind for name in FIELDS[kind]),
        *(
            value
            for values in (AlertCause, AlertKind, NaatResult, OrderKind, VaccineProduct)
            for value in values
        ),
        *RejectionReason,
    ],
)
def test_document_names(word):
    assert f"`{word}`" in DOCUMENT
