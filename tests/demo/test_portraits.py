"""Drawn portraits: each person's matches their own reference and nobody else's."""

from datetime import date
from io import BytesIO

import pytest
from PIL import Image

from demo.city import city_on
from demo.faces import draw_labelled, face_reference, portrait
from demo.people import Citizen
from demo.portraits import Age, look_of, portrait_of
from identity.backends.stub_face_match import StubFaceMatcher
from identity.face_match import FaceMatch

CITY = city_on(date(2026, 11, 23))
LABELLED = list(CITY.labelled.values())
REFERENCES = {citizen.label: face_reference(citizen) for citizen in LABELLED}


def matches(photo: bytes, reference: str) -> bool:
    outcome = StubFaceMatcher().compare(photo, reference=reference)
    assert isinstance(outcome, FaceMatch)
    return outcome.matched


def as_phone_photo(picture: bytes) -> bytes:
    file = BytesIO()
    Image.open(BytesIO(picture)).resize((480, 600)).save(file, "JPEG", quality=70)
    return file.getvalue()


@pytest.mark.parametrize("citizen", LABELLED, ids=[citizen.label for citizen in LABELLED])
def test_portrait_matches_its_own_reference_and_no_other_of_the_labelled(citizen: Citizen):
    photo = as_phone_photo(portrait(citizen))

    assert [other.label for other in LABELLED if matches(photo, REFERENCES[other.label])] == [citizen.label]


def test_portrait_of_is_the_same_for_the_same_seed_and_another_for_another():
    look = look_of("somebody", age=Age.CHILD, woman=True)

    assert portrait_of(look) == portrait_of(look_of("somebody", age=Age.CHILD, woman=True))
    assert portrait_of(look) != portrait_of(look_of("somebody else", age=Age.CHILD, woman=True))


def test_portrait_of_draws_old_and_young_bearded_bald_and_braided():
    for style in range(40):
        look = look_of(f"seed {style}", age=list(Age)[style % 3], woman=style % 2 == 0)
        assert Image.open(BytesIO(portrait_of(look))).size == (192, 240)


def test_draw_labelled_writes_each_portrait_once(tmp_path):
    files = draw_labelled(CITY, tmp_path / "portraits")
    written = {file: file.stat().st_mtime_ns for file in files.values()}

    assert set(files) == set(CITY.labelled)
    assert draw_labelled(CITY, tmp_path / "portraits") == files
    assert {file: file.stat().st_mtime_ns for file in files.values()} == written
    assert files["adult"].read_bytes() == portrait(CITY.labelled["adult"])
