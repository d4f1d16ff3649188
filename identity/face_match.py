"""The port to whoever compares faces. No picture and no template is kept here (docs/domain.md, 6)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

LARGEST_PHOTO_BYTES = 2_000_000
MOST_PHOTO_PIXELS = 13_000_000


class Liveness(StrEnum):
    """What the matcher says about a living person in front of the camera."""

    LIVE = "LIVE"
    NOT_LIVE = "NOT_LIVE"
    NOT_ASSESSED = "NOT_ASSESSED"


class PictureProblem(StrEnum):
    """Why a picture could not be compared; identity/wording.py has a sentence for each."""

    EMPTY = "EMPTY"
    TOO_MANY_BYTES = "TOO_MANY_BYTES"
    WRONG_FORMAT = "WRONG_FORMAT"
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"
    TOO_FEW_PIXELS = "TOO_FEW_PIXELS"
    DAMAGED = "DAMAGED"
    NO_FACE = "NO_FACE"


@dataclass(frozen=True, kw_only=True)
class FaceMatch:
    """The matcher's word on one photo and one reference."""

    matched: bool
    liveness: Liveness


@dataclass(frozen=True, kw_only=True)
class UnreadablePicture:
    """A picture that nothing could be compared with, and why."""

    problem: PictureProblem


@dataclass(frozen=True, kw_only=True)
class UnusableReference:
    """The reference on file was not made by this matcher, so that no photo can match it."""


class FaceMatcher(Protocol):
    """Compares a photo with the reference that the registry holds.

    Raises OSError if the matcher cannot be reached; whatever can be wrong with a photo or a reference is
    a value. Implementations keep nothing, and log neither photo nor reference.
    """

    def compare(self, photo: bytes, *, reference: str) -> FaceMatch | UnreadablePicture | UnusableReference:
        """Return whether a photo shows the person of a reference.

        Photos are PNG or JPEG, of at most LARGEST_PHOTO_BYTES and MOST_PHOTO_PIXELS.
        """
        ...

    def make_reference(self, photo: bytes) -> str | UnreadablePicture:
        """Return the opaque token, ASCII of at most 200 characters, that later photos are compared with."""
        ...
