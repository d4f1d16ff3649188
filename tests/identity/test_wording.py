"""Wording: a sentence for every problem, which says what to do and nothing of what was typed."""

from itertools import chain

import pytest
from django.utils import translation

from identity.document import DocumentProblem, DocumentType, MalformedDocument
from identity.face_match import PictureProblem, UnreadablePicture
from identity.names import MalformedName, NameProblem
from identity.wording import (
    document_problem_text,
    document_type_label,
    name_problem_text,
    picture_problem_text,
)

NOT_YET_SERVED = [each for each in DocumentType if each is not DocumentType.RESIDENT_ID]


def every_sentence() -> list[str]:
    with translation.override("en"):
        return [
            str(sentence)
            for sentence in chain(
                (document_problem_text(MalformedDocument(problem=each)) for each in DocumentProblem),
                (not_yet_served(each) for each in NOT_YET_SERVED),
                (name_problem_text(MalformedName(problem=each)) for each in NameProblem),
                (picture_problem_text(UnreadablePicture(problem=each)) for each in PictureProblem),
            )
        ]


def not_yet_served(document_type: DocumentType) -> str:
    refusal = MalformedDocument(problem=DocumentProblem.TYPE_NOT_YET_SERVED, type=document_type)
    return str(document_problem_text(refusal))


def test_wording_has_a_sentence_of_its_own_for_every_problem() -> None:
    sentences = every_sentence()

    expected = len(DocumentProblem) + len(NOT_YET_SERVED) + len(NameProblem) + len(PictureProblem)
    assert len(set(sentences)) == len(sentences) == expected


def test_wording_says_in_every_sentence_what_to_do() -> None:
    assert [sentence for sentence in every_sentence() if "please" not in sentence.lower()] == []


@pytest.mark.parametrize("document_type", NOT_YET_SERVED)
def test_document_problem_text_names_the_type_when_it_is_not_yet_served(document_type: DocumentType) -> None:
    with translation.override("en"):
        label = str(document_type_label(document_type))
        sentence = not_yet_served(document_type)

    # "Passport" → "Passports are …"; the label's own words, in the plural.
    assert set(label.lower().split()) <= {word.rstrip("s") for word in sentence.lower().split()} | set(
        sentence.lower().split()
    )


def test_document_problem_text_has_a_sentence_when_the_type_does_not_exist() -> None:
    with translation.override("en"):
        refusal = MalformedDocument(problem=DocumentProblem.UNKNOWN_TYPE, type=None)
        assert "no such document type" in str(document_problem_text(refusal))


@pytest.mark.parametrize("document_type", DocumentType)
def test_document_type_label_names_every_type(document_type: DocumentType) -> None:
    assert str(document_type_label(document_type))
