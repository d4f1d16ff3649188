"""Drawn portraits for tests, and what the configured matcher keeps of them."""

from functools import cache

from demo.portraits import Age, look_of, portrait_of
from identity.backends.stub_face_match import StubFaceMatcher
from identity.face_match import FaceMatch, UnreadablePicture, UnusableReference
from identity.identity_check import matcher


@cache
def portrait(seed: str, *, age: Age = Age.ELDER) -> bytes:
    """Return the PNG of somebody drawn; the same for the same seed."""
    return portrait_of(look_of(seed, age=age, woman=True))


@cache
def face_reference(seed: str, *, age: Age = Age.ELDER) -> str:
    """Return the reference that the registry would hold of ``portrait(seed)``."""
    reference = matcher().make_reference(portrait(seed, age=age))
    assert isinstance(reference, str)
    return reference


class CountingMatcher(StubFaceMatcher):
    """The stub, with a count of its comparisons."""

    comparisons = 0

    def compare(self, photo: bytes, *, reference: str) -> FaceMatch | UnreadablePicture | UnusableReference:
        """Count, and compare as the stub does."""
        type(self).comparisons += 1
        return super().compare(photo, reference=reference)


class AwayMatcher(StubFaceMatcher):
    """A matcher that cannot be reached when it is asked to compare."""

    def compare(self, photo: bytes, *, reference: str) -> FaceMatch | UnreadablePicture | UnusableReference:
        """Raise what a client raises whose server is away."""
        raise ConnectionRefusedError
