"""The number of a case survives the telephone, and a slip of the tongue is noticed."""

from itertools import combinations

import pytest

from cases.reference import read_reference, reference


def test_number_is_read_as_it_was_given() -> None:
    assert reference(2026, 123) == "HK-2026-000123-W"
    assert read_reference("HK-2026-000123-W") == "HK-2026-000123-W"


@pytest.mark.parametrize(
    "typed",
    [
        "hk 2026 000123 w",
        "ＨＫ－２０２６－０００１２３－Ｗ",
        "HK2026000123W",
        " HK–2026—000123·w\n",
        "HK/2026/000123/W",
    ],
)
def test_number_may_be_typed_in_many_ways(typed: str) -> None:
    assert read_reference(typed) == "HK-2026-000123-W"


@pytest.mark.parametrize(
    "typed",
    ["", "HK-2026-000123", "HK-2026-000123-B", "HK-2026-00012-W", "2026-000123-W", "HK-二〇二六-000123-W"],
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert read_reference(typed) is None


def test_any_wrong_digit_and_any_two_changed_round_are_noticed() -> None:
    right = reference(2026, 4871)
    digits = [place for place, character in enumerate(right) if character.isdigit()]
    for place in digits:
        for digit in "0123456789":
            wrong = right[:place] + digit + right[place + 1 :]
            assert read_reference(wrong) == (right if wrong == right else None)
    for one, other in combinations(digits, 2):
        changed = list(right)
        changed[one], changed[other] = changed[other], changed[one]
        wrong = "".join(changed)
        assert read_reference(wrong) == (right if wrong == right else None)


def test_number_runs_on_beyond_a_million() -> None:
    long = reference(2026, 12_345_678)
    assert read_reference(long) == long
    assert len(long) <= 20
