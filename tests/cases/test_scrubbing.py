"""ID numbers and phones are taken out of what people write, and nothing else is."""

import re
import unicodedata
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.scrubbing import MARK, scrub
from tests.cases.ways_of_writing import MOBILE, NUMBER, documents, numbers, phones, untouched

NUMBERS, PHONES = tuple(numbers()), tuple(phones())
DOCUMENTS, UNTOUCHED = documents(), untouched()


def figures_left(text: str) -> int:
    """Count what can still be read as a figure; of a number, four may stay, as on a mask."""
    return sum(1 for each in unicodedata.normalize("NFKC", text) if each.isdigit())


def test_there_are_hundreds_of_ways() -> None:
    assert len(NUMBERS) >= 300
    assert len(PHONES) >= 120
    assert len(DOCUMENTS) >= 40
    assert len(UNTOUCHED) >= 150


@pytest.mark.parametrize("text", NUMBERS)
def test_identity_number_is_taken_out(text: str) -> None:
    scrubbed = scrub(text)
    assert scrubbed.removed >= 1
    assert MARK in scrubbed.text
    assert figures_left(scrubbed.text) == 0, scrubbed.text
    assert not re.search("[零一二三四五六七八九]{3}", scrubbed.text), scrubbed.text


@pytest.mark.parametrize("text", PHONES)
def test_phone_is_taken_out(text: str) -> None:
    scrubbed = scrub(text)
    assert scrubbed.removed >= 1
    assert figures_left(scrubbed.text) == 0, scrubbed.text


@pytest.mark.parametrize("text", DOCUMENTS)
def test_number_of_another_document_is_taken_out(text: str) -> None:
    scrubbed = scrub(text)
    assert scrubbed.removed >= 1
    assert figures_left(scrubbed.text) == 0, scrubbed.text


@pytest.mark.parametrize("text", UNTOUCHED)
def test_what_is_no_number_stays_as_it_was_written(text: str) -> None:
    scrubbed = scrub(text)
    assert (scrubbed.text, scrubbed.removed) == (text, 0)


def test_the_words_around_a_number_stay() -> None:
    text = f"孩子{NUMBER}，2022-06-15打了两次12345，我的手机{MOBILE}，案件HK-2026-000123-W"
    assert scrub(text).text == f"孩子{MARK}，2022-06-15打了两次12345，我的手机{MARK}，案件HK-2026-000123-W"
    assert scrub(text).removed == 2


def test_scrubbed_text_is_not_told_by_its_repr() -> None:
    assert "孩子" not in repr(scrub(f"孩子{NUMBER}"))


@given(st.text(max_size=400))
def test_any_text_can_be_scrubbed_and_is_changed_only_where_it_says_so(text: str) -> None:
    once = scrub(text)
    assert (once.removed == 0) == (once.text == text)
    assert once.text.count(MARK) >= once.removed


@given(st.text(alphabet="1293 -.x一零９年月", max_size=300))
def test_no_run_of_figures_as_long_as_a_phone_is_left(text: str) -> None:
    left = scrub(text).text
    assert not re.search(r"1[3-9]\d{9}|[2-9]\d{14}", left)


def test_longest_text_of_figures_is_scrubbed_in_time() -> None:
    started = monotonic()
    for text in ("1 " * 1000, "119999-" * 290, "H0000" * 400, "身份证 " * 400, "+86 (" * 400):
        assert len(scrub(text).text) <= 2100
    assert monotonic() - started < 5
