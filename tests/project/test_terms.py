"""The list of terms is true: each word stands in the catalogue of its language."""

import re

import polib
import pytest

from tests.project.prose import ROOT

_ROW = re.compile(r"^\| (?P<chinese>[^|]*[\u4e00-\u9fff][^|]*) \| (?P<english>[^|]+) \|", re.MULTILINE)


def terms() -> list[tuple[str, str]]:
    """Return the pairs of the table: Chinese, English."""
    text = (ROOT / "docs" / "terms.md").read_text("utf-8")
    return [(row["chinese"].strip(), row["english"].strip()) for row in _ROW.finditer(text)]


def said_in(language: str) -> str:
    """Return everything that the catalogue of a language says."""
    catalogue = polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))
    said = [entry.msgstr for entry in catalogue]
    return "\n".join(said + [text for entry in catalogue for text in entry.msgstr_plural.values()])


def test_list_has_every_status_and_service() -> None:
    assert len(terms()) >= 18
    assert ("未见异常", "No abnormality found") in terms()


@pytest.mark.parametrize(("chinese", "english"), terms(), ids=lambda term: term)
def test_term_is_used_as_it_stands_here(chinese: str, english: str) -> None:
    assert chinese in said_in("zh_Hans")
    assert english.lower() in said_in("en").lower()


def test_word_that_nobody_uses_would_be_found() -> None:
    assert "Kuckucksuhr" not in said_in("en")
    assert "布谷鸟钟" not in said_in("zh_Hans")
