"""Masks: the first character and a star; two and two; three and three."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.masking import mask_mobile, mask_name, mask_number


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("李", "李*"),
        ("李明", "李*"),
        ("欧阳小明", "欧*"),
        ("阿里·买买提", "阿*"),
        ("Anna Lee", "A*"),
        ("anna", "a*"),
        ("Élodie", "É*"),
        ("E\u0301lodie", "É*"),
        ("محمد علي", "م*"),
        ("\u202eمحمد\u202c", "م*"),
        ("\u200f\u2066李明\u2069", "李*"),
        ("กิตติ", "ก\u0e34*"),
        ("𠮷田", "𠮷*"),
        ("\ue000某", "\ue000*"),
        ("😀明", "😀*"),
        ("👨\u200d👩\u200d👧", "👨*"),
        ("·阿里", "阿*"),
        ("’t Hooft", "t*"),
        ("  李明", "李*"),
        ("\x00李明", "李*"),
        ("\ud800李明", "李*"),
        ("X" + "\u0336" * 50, "X" + "\u0336" * 3 + "*"),
        ("", "*"),
        (" \u200b\u0000", "*"),
        ("李" * 10_000, "李*"),
    ],
)
def test_mask_name_keeps_the_first_character_and_one_star(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@given(st.text(alphabet=st.characters()))
def test_mask_name_never_shows_more_than_one_letter_and_its_marks(name: str) -> None:
    masked = mask_name(name)

    assert masked.endswith("*")
    assert len(masked) <= 5
    assert not set(masked) & {"\u202e", "\u2066", "\u200f", "\x00", "\n"}


@pytest.mark.parametrize(
    ("mobile", "masked"),
    [
        ("+8613812345678", "138*****678"),
        ("+85291234567", "+852*****567"),
        ("+12025550123", "+120*****123"),
        ("13812345678", "+138*****678"),
    ],
)
def test_mask_mobile_keeps_three_and_three(mobile: str, masked: str) -> None:
    assert mask_mobile(mobile) == masked


@pytest.mark.parametrize(
    "mobile", ["", "+", "+86", "+861234567", "+86１３８12345678", "138-1234-5678", "call me now", "1" * 16]
)
def test_mask_mobile_shows_stars_alone_when_it_is_no_mobile(mobile: str) -> None:
    assert mask_mobile(mobile) == "****"


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("11999920190615001X", "11**************1X"),
        ("12345678", "12****78"),
        ("1234567", "****"),
        ("", "****"),
        ("1" * 10_000, "11**************11"),
    ],
)
def test_mask_number_keeps_two_and_two_when_something_is_left_to_hide(number: str, masked: str) -> None:
    assert mask_number(number) == masked
