"""The mark of a name: one for one person and one name, and nothing can be counted by it."""

from uuid import UUID

import pytest

from identity.name_marks import NameMarks

SECRET = b"s" * 32
ONE, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture
def marks():
    return NameMarks(secret=SECRET)


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [("古丽娜尔·买买提", "古丽娜尔买买提"), ("Anna-Lena", "anna lena"), ("李小满", "李小满")],
)
def test_mark_is_one_for_what_counts_as_the_same_name(marks, written, otherwise):
    assert marks.mark_of(ONE, written) == marks.mark_of(str(ONE), otherwise)


def test_mark_tells_two_names_of_one_person_apart(marks):
    assert marks.mark_of(ONE, "李小满") != marks.mark_of(ONE, "李小明")


def test_mark_of_one_name_is_another_for_another_person(marks):
    assert marks.mark_of(ONE, "李小满") != marks.mark_of(OTHER, "李小满")


def test_mark_depends_on_the_secret(marks):
    assert marks.mark_of(ONE, "李小满") != NameMarks(secret=b"t" * 32).mark_of(ONE, "李小满")
    with pytest.raises(ValueError, match="32 bytes"):
        NameMarks(secret=b"t" * 31)
