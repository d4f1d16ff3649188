"""Document: what people type becomes a number or a refusal; the vectors are in document_vectors.json."""

import json
import pickle
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
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
from tests.makers import make_foreigners_card

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("document_vectors.json").read_text(encoding="utf-8")
)
CHILD = "11999920190615001X"
# Made, since no foreigner's number can stand on an address code that is nobody's; the old one is a vector.
NEW_CARD = make_foreigners_card(date(1990, 1, 1)).number
[OLD_CARD] = [
    vector["number"]
    for vector in VECTORS["well_formed"]
    if vector.get("type") == "34" and len(vector["number"]) == 15
]


def parsed(raw: str, document_type: str = "10") -> Document:
    document = parse_document(raw, type=document_type)
    assert isinstance(document, Document)
    return document


def by_why(vector: dict[str, Any]) -> str:
    return str(vector["why"])


@pytest.mark.parametrize("vector", VECTORS["well_formed"], ids=by_why)
def test_parse_document_reads_a_number_when_it_is_well_formed(vector: dict[str, Any]) -> None:
    document_type, born_on, sex = vector.get("type", "10"), vector["born_on"], vector["sex"]

    document = parsed(vector["raw"], document_type)

    assert document.type is DocumentType(document_type)
    assert document.number == vector["number"]
    assert document.born_on == (born_on and date.fromisoformat(born_on))
    assert document.sex is (sex and Sex(sex))
    assert document.masked == vector["masked"]
    assert document.prefix == vector["number"][:-4]


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


@pytest.mark.parametrize(
    ("document_type", "number", "longer"),
    [
        (DocumentType.HK_MACAO_PERMIT, "H00000001", "H0000000100"),
        (DocumentType.TAIWAN_PERMIT, "00000001", "0000000103B"),
        (DocumentType.PASSPORT, "E00000001", CHILD),
        (DocumentType.FOREIGN_PERMANENT_RESIDENT, NEW_CARD, CHILD),
        (DocumentType.RESIDENT_ID, CHILD, NEW_CARD),
    ],
)
def test_document_holds_only_the_normal_form_of_its_own_type(
    document_type: DocumentType, number: str, longer: str
) -> None:
    assert Document(type=document_type, number=number).number == number
    with pytest.raises(ValueError, match="normal form"):
        Document(type=document_type, number=longer)


def test_prefix_of_a_resident_number_is_its_address_code_and_birth_date() -> None:
    assert parsed(CHILD).prefix == "11999920190615"


@pytest.mark.parametrize(
    ("document", "day", "can"),
    [
        (parsed(CHILD), date(2019, 6, 15), True),
        (parsed(CHILD), date(2019, 6, 16), False),
        (parsed(NEW_CARD, "34"), date(1990, 1, 1), True),
        (parsed(NEW_CARD, "34"), date(1990, 1, 2), False),
        (parsed(OLD_CARD, "34"), date(1990, 12, 31), True),
        (parsed(OLD_CARD, "34"), date(1890, 12, 31), True),
        (parsed(OLD_CARD, "34"), date(1990, 12, 30), False),
        (parsed("E00000001", "20"), date(1990, 12, 30), True),
    ],
)
def test_can_belong_to_somebody_born_on_holds_the_number_against_the_date(
    document: Document, day: date, can: bool
) -> None:
    assert document.can_belong_to_somebody_born_on(day) is can


def test_document_survives_pickling() -> None:
    document = parsed(CHILD)

    assert pickle.loads(pickle.dumps(document)) == document


@pytest.mark.parametrize(
    ("on", "born"), [(date(2019, 6, 14), False), (date(2019, 6, 15), True), (date(2019, 6, 16), True)]
)
def test_is_born_counts_the_day_of_birth(on: date, born: bool) -> None:
    assert is_born(parsed(CHILD), on) is born


def test_is_born_says_nothing_against_a_number_without_a_birth_date() -> None:
    assert is_born(parsed("E00000001", "20"), date(1880, 1, 1))


@given(st.text(alphabet=st.characters(), max_size=40), st.sampled_from(DocumentType))
def test_parse_document_never_raises_whatever_is_typed(raw: str, document_type: DocumentType) -> None:
    assert isinstance(parse_document(raw, type=document_type), Document | MalformedDocument)


WRITTEN = st.one_of(
    st.text(alphabet="0123456789 xXhHmMaAzZｈＨ０１", max_size=24),
    st.from_regex(r"[hHmM][0-9]{8}([0-9]{2})?", fullmatch=True),
    st.from_regex(r"[0-9]{8}([0-9]{2}[a-zA-Z]?)?", fullmatch=True),
    st.from_regex(r"[a-z]{0,3}[0-9]{5,6}", fullmatch=True),
    st.sampled_from([vector["raw"] for vector in VECTORS["well_formed"]]),
)


# Most texts are no number of a type that is drawn beside them.
@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(WRITTEN, st.sampled_from(DocumentType))
def test_normal_form_parses_to_itself_and_its_mask_shows_four_characters_at_most(
    raw: str, document_type: DocumentType
) -> None:
    document = parse_document(raw, type=document_type)
    assume(isinstance(document, Document))
    assert isinstance(document, Document)

    assert parse_document(document.number, type=document_type) == document
    assert Document(type=document_type, number=document.number) == document
    assert len(document.masked.replace("*", "")) <= 4
    assert document.number.startswith(document.prefix)
    assert document.number not in repr(document)


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
