"""A stand-in for a face matcher: it compares drawn portraits, not faces. Never for production.

Real matchers are a matter of contract and law, so the project ships only this (docs/domain.md, 6). Everything
happens in memory; no picture is written anywhere.
"""

import binascii
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from io import BytesIO

from PIL import Image, ImageOps, ImageStat

from identity.face_match import (
    LARGEST_PHOTO_BYTES,
    MOST_PHOTO_PIXELS,
    FaceMatch,
    Liveness,
    PictureProblem,
    UnreadablePicture,
    UnusableReference,
)

# Says whose token it is, and the version of the hash behind it.
TOKEN_PREFIX = "stub-portrait-1:"
FEWEST_PIXELS_A_SIDE = 32
WITHIN_BITS = 34
"""Portraits whose hashes differ in at most so many of HASH_BITS bits count as the same."""

_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_WORKING_SIDE = 256
_LUMA_SIDE, _CHROMA_SIDE = 8, 4
# In standard deviations from the mean of the picture; many steps make the one that noise can cross cheap.
_LUMA_STEPS = (-1.6, -1.2, -0.8, -0.4, 0.0, 0.4, 0.8, 1.2, 1.6)
_CHROMA_STEPS = range(98, 159, 6)
HASH_BITS = _LUMA_SIDE**2 * len(_LUMA_STEPS) + 2 * _CHROMA_SIDE**2 * len(_CHROMA_STEPS)
_HASH_BYTES = HASH_BITS // 8
# Standard deviation of the grey values, of 255, below which a picture shows nothing.
_LEAST_CONTRAST = 4.0
# What Pillow raises on a damaged picture, depending on where the damage is; it also warns, which raises
# where warnings are errors.
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, struct.error, UserWarning)
_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class StubFaceMatcher:
    """Matches a drawn portrait with its own resized or recompressed copies; liveness is not assessed.

    An implementation of identity.face_match.FaceMatcher. Its token is a prefix that names it and a perceptual
    hash; two portraits match within a Hamming distance of WITHIN_BITS.
    """

    def compare(self, photo: bytes, *, reference: str) -> FaceMatch | UnreadablePicture | UnusableReference:
        """Return whether a photo is a copy of the portrait that a reference was made of."""
        hash_on_file = _hash_in_token(reference)
        hash_of_photo = _hash_of_picture(photo)
        if isinstance(hash_of_photo, UnreadablePicture):
            return hash_of_photo
        if hash_on_file is None:
            return UnusableReference()
        distance = (hash_on_file ^ hash_of_photo).bit_count()
        return FaceMatch(matched=distance <= WITHIN_BITS, liveness=Liveness.NOT_ASSESSED)

    def make_reference(self, photo: bytes) -> str | UnreadablePicture:
        """Return the stub's token for a drawn portrait."""
        hash_of_photo = _hash_of_picture(photo)
        if isinstance(hash_of_photo, UnreadablePicture):
            return hash_of_photo
        return _token_of(hash_of_photo)


def _token_of(hash_of_photo: int) -> str:
    encoded = urlsafe_b64encode(hash_of_photo.to_bytes(_HASH_BYTES, "big")).decode("ascii")
    return f"{TOKEN_PREFIX}{encoded}"


def _hash_in_token(token: str) -> int | None:
    if not token.startswith(TOKEN_PREFIX):
        return None
    try:
        # Decoding forgives stray characters, so only the token that this hash would make counts.
        hash_on_file = int.from_bytes(urlsafe_b64decode(token.removeprefix(TOKEN_PREFIX)), "big")
        return hash_on_file if _token_of(hash_on_file) == token else None
    except (binascii.Error, ValueError, OverflowError):
        return None


def _hash_of_picture(photo: bytes) -> int | UnreadablePicture:
    picture = _read(photo)
    if isinstance(picture, UnreadablePicture):
        return picture
    grey = picture.convert("L")
    if ImageStat.Stat(grey).stddev[0] < _LEAST_CONTRAST:
        return UnreadablePicture(problem=PictureProblem.NO_FACE)
    return _perceptual_hash(picture)


def _read(photo: bytes) -> Image.Image | UnreadablePicture:
    """Return a small RGB picture, or what is wrong with the bytes; the size is judged before any decoding."""
    problem = _problem_of_bytes(photo)
    if problem is not None:
        return UnreadablePicture(problem=problem)
    try:
        with Image.open(BytesIO(photo), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_PHOTO_PIXELS:
                return UnreadablePicture(problem=PictureProblem.TOO_MANY_PIXELS)
            if min(picture.size) < FEWEST_PIXELS_A_SIDE:
                return UnreadablePicture(problem=PictureProblem.TOO_FEW_PIXELS)
            return _shrunk(picture)
    except _TOO_LARGE:
        return UnreadablePicture(problem=PictureProblem.TOO_MANY_PIXELS)
    except _DAMAGE:
        return UnreadablePicture(problem=PictureProblem.DAMAGED)


def _problem_of_bytes(photo: bytes) -> PictureProblem | None:
    if not photo:
        return PictureProblem.EMPTY
    if len(photo) > LARGEST_PHOTO_BYTES:
        return PictureProblem.TOO_MANY_BYTES
    return None if photo.startswith(_SIGNATURES) else PictureProblem.WRONG_FORMAT


def _shrunk(picture: Image.Image) -> Image.Image:
    # A JPEG can be decoded at a fraction of its size; a PNG ignores this.
    picture.draft("RGB", (_WORKING_SIDE, _WORKING_SIDE))
    picture.thumbnail((_WORKING_SIDE, _WORKING_SIDE), Image.Resampling.BOX)
    upright = ImageOps.exif_transpose(picture)
    # Drawn portraits may have a clear ground; it counts as white.
    ground = Image.new("RGBA", upright.size, "white")
    ground.alpha_composite(upright.convert("RGBA"))
    return ground.convert("RGB")


def _perceptual_hash(picture: Image.Image) -> int:
    """Return HASH_BITS bits: coarse brightness relative to the whole picture, and coarser colour.

    Each cell counts how many steps it exceeds (a thermometer), so that a cell near a step costs one bit.
    """
    luma, *chroma = picture.convert("YCbCr").split()
    spread = ImageStat.Stat(luma)
    mean, deviation = spread.mean[0], spread.stddev[0]
    bits = [(value - mean) / deviation > step for value in _cells(luma, _LUMA_SIDE) for step in _LUMA_STEPS]
    for band in chroma:
        bits += [value > step for value in _cells(band, _CHROMA_SIDE) for step in _CHROMA_STEPS]
    return int("".join("1" if bit else "0" for bit in bits), 2)


def _cells(band: Image.Image, side: int) -> bytes:
    return band.resize((side, side), Image.Resampling.BOX).tobytes()
