"""Both languages are complete: nothing missing, nothing fuzzy, placeholders kept, compiled files current."""

import re
from pathlib import Path

import polib
import pytest

LOCALE = Path(__file__).resolve().parents[2] / "locale"
LANGUAGES = ("zh_Hans", "en")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>")


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_is_complete_in_each_language(language) -> None:
    found = catalogue(language)

    assert len(found) > 100
    assert [entry.msgid for entry in found.untranslated_entries()] == []
    assert [entry.msgid for entry in found.fuzzy_entries()] == []
    assert [entry.msgid for entry in found.obsolete_entries()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_keeps_placeholders_and_markup_in_each_language(language) -> None:
    differing = [
        entry.msgid
        for entry in catalogue(language)
        for translated in texts_of(entry)
        if placeholders(translated) != placeholders(entry.msgid)
    ]

    assert differing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_is_compiled_when_it_changes(language) -> None:
    compiled = polib.mofile(str(LOCALE / language / "LC_MESSAGES" / "django.mo"))

    assert contents(compiled) == contents(catalogue(language))


def test_english_says_what_the_sources_say() -> None:
    assert [entry.msgid for entry in catalogue("en") if entry.msgid not in texts_of(entry)] == []


def test_chinese_leaves_no_english_sentence() -> None:
    sentences = [entry for entry in catalogue("zh_Hans") if " " in entry.msgid]

    assert [entry.msgid for entry in sentences if not any(map(has_chinese, texts_of(entry)))] == []


def texts_of(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


def placeholders(text: str) -> list[str]:
    return sorted(_PLACEHOLDER.findall(text))


def contents(found: polib.POFile | polib.MOFile) -> dict[tuple[str, str], list[str]]:
    return {(entry.msgctxt or "", entry.msgid): texts_of(entry) for entry in found}


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)
