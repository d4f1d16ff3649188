"""The portraits of the citizens: as files for those who are named, as references for the registry."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from demo.eras import era_start
from demo.people import Citizen, City
from demo.portraits import Age, look_of, portrait_of
from identity.document import Sex
from identity.face_match import FaceMatcher, UnreadablePicture

_CHILD_BELOW, _ELDER_FROM = 16, 60


def portrait(citizen: Citizen) -> bytes:
    """Return somebody's portrait as a PNG, the same every day."""
    # A resident's age in the year of the era, so that nobody turns grey over night.
    years = int(citizen.id[:4]) - citizen.born_on.year
    age = Age.CHILD if years < _CHILD_BELOW else Age.ELDER if years >= _ELDER_FROM else Age.ADULT
    return portrait_of(look_of(citizen.id, age=age, woman=citizen.sex is Sex.FEMALE))


def face_reference(citizen: Citizen) -> str:
    """Return the token that the configured matcher keeps of somebody's portrait."""
    reference = _matcher().make_reference(portrait(citizen))
    assert not isinstance(reference, UnreadablePicture)  # a drawn portrait can be read
    return reference


def draw_labelled(city: City, folder: Path) -> dict[str, Path]:
    """Write the portraits of the labelled people that are missing, and return all of them by label."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Path] = {}
    for label, citizen in city.labelled.items():
        files[label] = (folder / f"{era_start(city.today).year}-{label}.png").resolve()
        if not files[label].exists():
            files[label].write_bytes(portrait(citizen))
    return files


@lru_cache(maxsize=1)
def _matcher() -> FaceMatcher:
    matcher: FaceMatcher = import_string(settings.FACE_MATCHER)()
    return matcher
