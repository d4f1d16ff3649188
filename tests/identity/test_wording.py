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

OTHERS = [each for each in DocumentType if each is not DocumentType.RESIDENT_ID]
# Beside the general sentence, what is said of a passport, and the form of each type.
OF_ONE_DOCUMENT = [
    *(
        MalformedDocument(problem=problem, type=DocumentType.PASSPORT)
        for problem in (
            DocumentProblem.EMPTY,
            DocumentProblem.LOOK_ALIKE_LETTER,
            DocumentProblem.WRONG_CHARACTERS,
        )
    ),
    *(MalformedDocument(problem=DocumentProblem.WRONG_FORM, type=each) for each in OTHERS),
    MalformedDocument(problem=DocumentProblem.OTHER_TYPE, type=DocumentType.FOREIGN_PERMANENT_RESIDENT),
]


def every_sentence() -> list[str]:
    with translation.override("en"):
        return [
            str(sentence)
            for sentence in chain(
                (document_problem_text(MalformedDocument(problem=each)) for each in DocumentProblem),
                map(document_problem_text, OF_ONE_DOCUMENT),
                (name_problem_text(MalformedName(problem=each)) for each in NameProblem),
                (picture_problem_text(UnreadablePicture(problem=each)) for each in PictureProblem),
            )
        ]


def test_wording_has_a_sentence_of_its_own_for_every_problem() -> None:
    sentences = every_sentence()

    expected = len(DocumentProblem) + len(OF_ONE_DOCUMENT) + len(NameProblem) + len(PictureProblem)
    assert len(set(sentences)) == len(sentences) == expected


def test_wording_says_in_every_sentence_what_to_do() -> None:
    assert [sentence for sentence in every_sentence() if "please" not in sentence.lower()] == []


@pytest.mark.parametrize("document_type", OTHERS)
@pytest.mark.parametrize("problem", DocumentProblem)
def test_document_problem_text_of_another_document_speaks_of_no_resident_card(
    document_type: DocumentType, problem: DocumentProblem
) -> None:
    if problem in (DocumentProblem.UNKNOWN_TYPE, DocumentProblem.FIFTEEN_DIGITS):
        return  # never found with these types
    with translation.override("en"):
        sentence = str(document_problem_text(MalformedDocument(problem=problem, type=document_type)))

    assert "resident identity card or" not in sentence
    assert "letter X" not in sentence
    assert "17 digits" not in sentence


def test_document_problem_text_says_the_form_when_a_number_is_much_too_long() -> None:
    with translation.override("en"):
        too_long = MalformedDocument(problem=DocumentProblem.WRONG_LENGTH, type=DocumentType.PASSPORT)
        assert "5 to 9 letters and digits" in str(document_problem_text(too_long))


def test_document_problem_text_has_a_sentence_when_the_type_does_not_exist() -> None:
    with translation.override("en"):
        refusal = MalformedDocument(problem=DocumentProblem.UNKNOWN_TYPE, type=None)
        assert "no such document type" in str(document_problem_text(refusal))


@pytest.mark.parametrize("document_type", DocumentType)
def test_document_type_label_names_every_type(document_type: DocumentType) -> None:
    assert str(document_type_label(document_type))
