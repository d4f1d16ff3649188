"""parse_name: every name that a person can have, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.names import LONGEST_NAME, MalformedName, NameProblem, parse_name


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("李", "李"),
        ("李小明", "李小明"),
        ("  李小明\u3000", "李小明"),
        ("阿里木江·买买提", "阿里木江·买买提"),
        ("阿里木江•买买提", "阿里木江·买买提"),
        ("阿里木江・买买提", "阿里木江·买买提"),
        ("武〇", "武〇"),
        ("𠮷田", "𠮷田"),
        ("王\ue863", "王\ue863"),
        ("王\U00031350", "王\U00031350"),
        ("Anna  Maria\u00a0Lee", "Anna Maria Lee"),
        ("E\u0301lodie", "Élodie"),
        ("Jean-Luc O'Neill", "Jean-Luc O'Neill"),
        ("Jean‐Luc O’Neill", "Jean‐Luc O’Neill"),
        ("LEE, ANNA J.", "LEE, ANNA J."),
        ("ДМИТРИЙ", "ДМИТРИЙ"),
        ("محمد علي", "محمد علي"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("กิตติ", "กิตติ"),
        ("क्\u200dषमा", "क्\u200dषमा"),
        ("欧阳明(小明)", "欧阳明(小明)"),
        ("長" * LONGEST_NAME, "長" * LONGEST_NAME),
        ("e\u0301" * LONGEST_NAME, "é" * LONGEST_NAME),
    ],
)
def test_parse_name_takes_a_name_when_a_person_can_have_it(raw: str, name: str) -> None:
    assert parse_name(raw) == name


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("", NameProblem.EMPTY),
        (" \u3000\u00a0", NameProblem.EMPTY),
        ("長" * (LONGEST_NAME + 1), NameProblem.TOO_LONG),
        ("長" * 10_000, NameProblem.TOO_LONG),
        ("\ud800" * 10_000, NameProblem.TOO_LONG),
        ("李\x00明", NameProblem.HIDDEN_CHARACTERS),
        ("\x00", NameProblem.HIDDEN_CHARACTERS),
        ("李明\n", NameProblem.HIDDEN_CHARACTERS),
        ("李\t明", NameProblem.HIDDEN_CHARACTERS),
        ("李\x7f明", NameProblem.HIDDEN_CHARACTERS),
        ("李\u200b明", NameProblem.HIDDEN_CHARACTERS),
        ("李\u200d明", NameProblem.HIDDEN_CHARACTERS),
        ("\u200c李明", NameProblem.HIDDEN_CHARACTERS),
        ("علی\u200c", NameProblem.HIDDEN_CHARACTERS),
        ("علی\u200dرضا", NameProblem.HIDDEN_CHARACTERS),
        ("\ufeff李明", NameProblem.HIDDEN_CHARACTERS),
        ("\u202eمحمد", NameProblem.HIDDEN_CHARACTERS),
        ("\u2067محمد\u2069", NameProblem.HIDDEN_CHARACTERS),
        ("محمد\u200f", NameProblem.HIDDEN_CHARACTERS),
        ("李\u2028明", NameProblem.HIDDEN_CHARACTERS),
        ("李\ud800", NameProblem.HIDDEN_CHARACTERS),
        ("李\udc00明", NameProblem.HIDDEN_CHARACTERS),
        ("李\ufe0f", NameProblem.HIDDEN_CHARACTERS),
        ("李\u3164", NameProblem.HIDDEN_CHARACTERS),
        ("李明2", NameProblem.DIGITS),
        ("李明２", NameProblem.DIGITS),
        ("11999920190615001X", NameProblem.DIGITS),
        ("李😀", NameProblem.SYMBOLS),
        ("😀", NameProblem.SYMBOLS),
        ("<b>李</b>", NameProblem.SYMBOLS),
        ("李=1", NameProblem.SYMBOLS),
        ("=李", NameProblem.SYMBOLS),
        ("李*", NameProblem.SYMBOLS),
        ("李，明", NameProblem.SYMBOLS),
        ("···", NameProblem.SYMBOLS),
        ("-", NameProblem.SYMBOLS),
        ("\u0301", NameProblem.SYMBOLS),
        ("·\u0301李", NameProblem.SYMBOLS),
        ("李\U0001fbff", NameProblem.SYMBOLS),
    ],
)
def test_parse_name_names_the_problem_when_it_is_no_name(raw: str, problem: NameProblem) -> None:
    assert parse_name(raw) == MalformedName(problem=problem)


def test_malformed_name_shows_nothing_of_what_was_typed() -> None:
    assert repr(parse_name("李小明😀")) == "MalformedName(problem=<NameProblem.SYMBOLS: 'SYMBOLS'>)"


@given(st.text(alphabet=st.characters()))
def test_parse_name_takes_its_own_result_again_unchanged(raw: str) -> None:
    name = parse_name(raw)

    if isinstance(name, str):
        assert parse_name(name) == name
        assert name.encode()
    else:
        assert isinstance(name, MalformedName)
