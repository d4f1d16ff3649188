"""docs/feed.md names every kind, field, value and reason; a source can be built from it alone."""

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from healthcode.facts import AlertCause, AlertKind, NaatResult, OrderKind, VaccineProduct
from records.feed import FIELDS
from records.feed_fields import RejectionReason
from records.models import Kind, Trouble

DOCS = Path(__file__).parents[2] / "docs"
DOCUMENT = (DOCS / "feed.md").read_text(encoding="utf-8")
RUNBOOK = (DOCS / "operations.md").read_text(encoding="utf-8")
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
        *Trouble.values,
    ],
)
def test_document_names(word):
    assert f"`{word}`" in DOCUMENT


def test_runbook_says_what_to_do_about_each_trouble():
    _, _, section = RUNBOOK.partition("### … a source is in trouble")
    section, _, _ = section.partition("\n### ")
    assert set(re.findall(r"`([A-Z_]+)`", section)) - {"FEED_FOLDER", "HTTP_SOURCES"} <= set(Trouble.values)
    # Those of a source whose software has changed stand together.
    assert "| all others |" in section
    assert {"UNREADABLE", "BAD_SIGNATURE", "BUSY", "NOT_MERGED"} <= set(re.findall(r"`([A-Z_]+)`", section))


def test_each_trouble_is_said_in_words():
    with override("en"):
        assert all(len(choice.label) > 10 and str(choice.label) != choice.value for choice in Trouble)
