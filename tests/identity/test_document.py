"""Document: what people type becomes a number or a refusal; the vectors are in document_vectors.json."""

import json
import pickle
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.document import (
    Document,
    DocumentProblem,
    DocumentType,
    MalformedDocument,
    Sex,
    is_born,
    parse_document,
)

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("document_vectors.json").read_text(encoding="utf-8")
)
CHILD = "11999920190615001X"


def parsed(raw: str) -> Document:
    document = parse_document(raw)
    assert isinstance(document, Document)
    return document


def by_why(vector: dict[str, Any]) -> str:
    return str(vector["why"])


@pytest.mark.parametrize("vector", VECTORS["well_formed"], ids=by_why)
def test_parse_document_reads_a_number_when_it_is_well_formed(vector: dict[str, Any]) -> None:
    document = parsed(vector["raw"])

    assert document.type is DocumentType.RESIDENT_ID
    assert document.number == vector["number"]
    assert document.born_on == date.fromisoformat(vector["born_on"])
    assert document.sex is Sex(vector["sex"])
    assert document.masked == vector["masked"]
    assert document.prefix14 == vector["number"][:14]


@pytest.mark.parametrize("vector", VECTORS["rejected"], ids=by_why)
def test_parse_document_names_the_problem_when_a_number_is_refused(vector: dict[str, Any]) -> None:
    raw = vector["raw"] * vector.get("repeat", 1)

    refusal = parse_document(raw, type=vector.get("type", "10"))

    assert isinstance(refusal, MalformedDocument)
    assert refusal.problem is DocumentProblem(vector["problem"])
    of_type = vector.get("of_type", "10")
    assert refusal.type == (None if of_type is None else DocumentType(of_type))


@pytest.mark.parametrize("vector", VECTORS["rejected"], ids=by_why)
def test_malformed_document_shows_nothing_of_what_was_typed(vector: dict[str, Any]) -> None:
    raw = vector["raw"] * vector.get("repeat", 1)
    if len(raw) > 1:  # a single X stands in the words of the problem too
        assert raw not in repr(parse_document(raw, type=vector.get("type", "10")))


def test_vectors_refuse_for_every_problem_that_parsing_can_find() -> None:
    found = {vector["problem"] for vector in VECTORS["rejected"]}

    assert found == set(DocumentProblem) - {DocumentProblem.NOT_YET_BORN}


def test_vectors_say_so_when_an_address_code_is_somebodys() -> None:
    for vector in VECTORS["well_formed"] + VECTORS["rejected"]:
        code = vector.get("number", vector["raw"])
        if code[:6].isdecimal() and code.isascii() and len(code) == 18 and not code.startswith("119999"):
            assert "vector, not a fixture" in vector["why"]


def test_document_shows_only_its_mask_when_printed() -> None:
    document = parsed(CHILD)

    assert str(document) == f"{document}" == "11**************1X"
    assert repr(document) == "Document(RESIDENT_ID, 11**************1X)"
    assert CHILD not in repr([document, {"asked": document}])


@pytest.mark.parametrize(
    "number", ["", "11999920190615001x", CHILD + "\n", "１１９９９９20190615001X", "secret"]
)
def test_document_is_refused_without_its_number_when_made_of_another_form(number: str) -> None:
    with pytest.raises(ValueError, match="not a document number in normal form") as refused:
        Document(type=DocumentType.RESIDENT_ID, number=number)

    assert not number or number not in repr(refused.value)


def test_document_is_made_when_the_number_was_stored_parsed() -> None:
    assert Document(type=DocumentType.RESIDENT_ID, number=CHILD) == parsed(CHILD)


def test_document_is_refused_when_its_type_is_not_yet_served() -> None:
    with pytest.raises(ValueError, match="normal form"):
        Document(type=DocumentType.PASSPORT, number=CHILD)


def test_document_survives_pickling() -> None:
    document = parsed(CHILD)

    assert pickle.loads(pickle.dumps(document)) == document


@pytest.mark.parametrize(
    ("on", "born"), [(date(2019, 6, 14), False), (date(2019, 6, 15), True), (date(2019, 6, 16), True)]
)
def test_is_born_counts_the_day_of_birth(on: date, born: bool) -> None:
    assert is_born(parsed(CHILD), on) is born


@given(st.text(alphabet=st.characters(), max_size=40))
def test_parse_document_never_raises_whatever_is_typed(raw: str) -> None:
    assert isinstance(parse_document(raw), Document | MalformedDocument)


@given(st.integers(min_value=0, max_value=17), st.sampled_from("0123456789X"))
def test_parse_document_finds_every_single_mistyped_character(position: int, typed: str) -> None:
    mistyped = CHILD[:position] + typed + CHILD[position + 1 :]

    assert isinstance(parse_document(mistyped), Document) is (mistyped == CHILD)


@given(st.lists(st.integers(min_value=0, max_value=18), max_size=20))
def test_parse_document_reads_the_same_number_wherever_spaces_stand(places: list[int]) -> None:
    spaced = CHILD
    for place in places:
        spaced = spaced[:place] + " " + spaced[place:]

    assert parsed(spaced).number == CHILD
