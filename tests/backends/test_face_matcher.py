"""The face-matcher port: one class of tests, run against every implementation that the project ships."""

import io
import struct
import warnings
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from PIL import Image, ImageDraw, ImageEnhance

from identity.backends.stub_face_match import TOKEN_PREFIX, WITHIN_BITS, StubFaceMatcher
from identity.face_match import (
    LARGEST_PHOTO_BYTES,
    MOST_PHOTO_PIXELS,
    FaceMatch,
    FaceMatcher,
    Liveness,
    PictureProblem,
    UnreadablePicture,
    UnusableReference,
)


def draw_portrait(
    *,
    skin: str = "#f1c27d",
    hair: str = "#2b1d14",
    coat: str = "#38618c",
    wide: int = 60,
    tall: int = 80,
    ground: str = "#dfe7ee",
) -> Image.Image:
    """Return a drawn head and shoulders, 240 × 300."""
    picture = Image.new("RGB", (240, 300), ground)
    pen = ImageDraw.Draw(picture)
    middle, eyes = 120, 130
    pen.rectangle((middle - 85, 215, middle + 85, 300), fill=coat)
    pen.ellipse((middle - wide - 9, 140 - tall - 22, middle + wide + 9, 150), fill=hair)
    pen.ellipse((middle - wide, 140 - tall, middle + wide, 140 + tall), fill=skin)
    for x in (middle - wide // 2, middle + wide // 2):
        pen.ellipse((x - 8, eyes - 8, x + 8, eyes + 8), fill="#1a1a1a")
    pen.arc((middle - 25, 150, middle + 25, 190), 20, 160, fill="#a33333", width=4)
    return picture


def written(picture: Image.Image, kind: str = "PNG", **options: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def moved(picture: Image.Image, x: int, y: int) -> Image.Image:
    ground = Image.new("RGB", picture.size, "#dfe7ee")
    ground.paste(picture, (x, y))
    return ground


def turned_on_its_side(picture: Image.Image) -> bytes:
    """Return a JPEG stored lying down, with the orientation that says so, as phones write it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    picture.transpose(Image.Transpose.ROTATE_90).save(file, "JPEG", quality=85, exif=exif)
    return file.getvalue()


def png_of_claimed_size(width: int, height: int) -> bytes:
    """Return a PNG whose header claims a size that its data does not have."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


LI = draw_portrait()
WANG = draw_portrait(skin="#ffdbac", hair="#b9b9bd", coat="#7a2e3a", wide=72, tall=88)
ZHAO = draw_portrait(skin="#e0ac69", hair="#46301f", coat="#d8c25a", wide=52, tall=74, ground="#f4ead8")

SAME_PERSON = {
    "the same file": written(LI),
    "JPEG, good": written(LI, "JPEG", quality=90),
    "JPEG, poor": written(LI, "JPEG", quality=40),
    "half the size": written(LI.resize((120, 150))),
    "smallest": written(LI.resize((40, 50))),
    "three times the size": written(LI.resize((720, 900)), "JPEG", quality=75),
    "brighter": written(ImageEnhance.Brightness(LI).enhance(1.05)),
    "darker": written(ImageEnhance.Brightness(LI).enhance(0.9)),
    "less contrast": written(ImageEnhance.Contrast(LI).enhance(0.9)),
    "moved by two pixels": written(moved(LI, 2, -2)),
    "turned by a degree": written(LI.rotate(1, fillcolor="#dfe7ee")),
    "stored lying down": turned_on_its_side(LI),
    "with an alpha channel": written(LI.convert("RGBA")),
    "256 colours": written(LI.quantize(256)),
    "CMYK": written(LI.convert("CMYK"), "JPEG", quality=90),
}

UNREADABLE = {
    "nothing": (b"", PictureProblem.EMPTY),
    "text": (b"not a picture", PictureProblem.WRONG_FORMAT),
    "GIF": (written(LI, "GIF"), PictureProblem.WRONG_FORMAT),
    "BMP": (written(LI, "BMP"), PictureProblem.WRONG_FORMAT),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", PictureProblem.WRONG_FORMAT),
    "only the first bytes of a PNG": (b"\x89PNG\r\n\x1a\n", PictureProblem.DAMAGED),
    "only the first bytes of a JPEG": (b"\xff\xd8\xff\xe0", PictureProblem.DAMAGED),
    "half a PNG": (written(LI)[: len(written(LI)) // 2], PictureProblem.DAMAGED),
    "half a JPEG": (written(LI, "JPEG")[:2000], PictureProblem.DAMAGED),
    "a PNG that claims more than it holds": (png_of_claimed_size(500, 500), PictureProblem.DAMAGED),
    "one row too many": (png_of_claimed_size(13_000, 1001), PictureProblem.TOO_MANY_PIXELS),
    "a bomb": (png_of_claimed_size(60_000, 60_000), PictureProblem.TOO_MANY_PIXELS),
    "half a bomb": (png_of_claimed_size(10_000, 10_000), PictureProblem.TOO_MANY_PIXELS),
    "a dot": (written(Image.new("RGB", (1, 1))), PictureProblem.TOO_FEW_PIXELS),
    "a strip": (written(LI.resize((300, 31))), PictureProblem.TOO_FEW_PIXELS),
    "a white sheet": (written(Image.new("RGB", (240, 300), "white")), PictureProblem.NO_FACE),
    "too many bytes": (written(LI).ljust(LARGEST_PHOTO_BYTES + 1, b"\0"), PictureProblem.TOO_MANY_BYTES),
}


@pytest.fixture(params=[StubFaceMatcher])
def matcher(request: pytest.FixtureRequest) -> FaceMatcher:
    made: FaceMatcher = request.param()
    return made


def reference_of(matcher: FaceMatcher, picture: Image.Image) -> str:
    reference = matcher.make_reference(written(picture))
    assert isinstance(reference, str)
    return reference


class TestFaceMatcher:
    """What every face matcher owes its callers."""

    @pytest.mark.parametrize("photo", SAME_PERSON.values(), ids=SAME_PERSON)
    def test_compare_matches_when_it_is_the_same_person(self, matcher: FaceMatcher, photo: bytes) -> None:
        outcome = matcher.compare(photo, reference=reference_of(matcher, LI))

        assert isinstance(outcome, FaceMatch)
        assert outcome.matched

    @pytest.mark.parametrize("other", [WANG, ZHAO], ids=["wang", "zhao"])
    def test_compare_does_not_match_when_it_is_somebody_else(
        self, matcher: FaceMatcher, other: Image.Image
    ) -> None:
        outcome = matcher.compare(written(other), reference=reference_of(matcher, LI))

        assert isinstance(outcome, FaceMatch)
        assert not outcome.matched

    @pytest.mark.parametrize(("photo", "problem"), UNREADABLE.values(), ids=UNREADABLE)
    def test_compare_says_what_is_wrong_when_the_picture_is_unreadable(
        self, matcher: FaceMatcher, photo: bytes, problem: PictureProblem
    ) -> None:
        refusal = UnreadablePicture(problem=problem)

        assert matcher.compare(photo, reference=reference_of(matcher, LI)) == refusal
        assert matcher.make_reference(photo) == refusal

    def test_compare_takes_a_photo_of_exactly_the_largest_size(self, matcher: FaceMatcher) -> None:
        photo = written(LI).ljust(LARGEST_PHOTO_BYTES, b"\0")

        assert isinstance(matcher.compare(photo, reference=reference_of(matcher, LI)), FaceMatch)

    @pytest.mark.parametrize("token", ["", "somebody-elses:abc", "\x00", "李", "a" * 10_000])
    def test_compare_says_so_when_the_reference_is_not_its_own(
        self, matcher: FaceMatcher, token: str
    ) -> None:
        assert matcher.compare(written(LI), reference=token) == UnusableReference()

    def test_compare_judges_the_picture_before_the_reference(self, matcher: FaceMatcher) -> None:
        refusal = UnreadablePicture(problem=PictureProblem.EMPTY)

        assert matcher.compare(b"", reference="somebody-elses:abc") == refusal

    def test_make_reference_gives_the_same_short_token_for_the_same_picture(
        self, matcher: FaceMatcher
    ) -> None:
        reference = reference_of(matcher, LI)

        assert reference == reference_of(matcher, LI)
        assert reference != reference_of(matcher, WANG)
        assert reference.isascii()
        assert len(reference) <= 200

    def test_compare_survives_when_any_part_of_the_file_is_broken(self, matcher: FaceMatcher) -> None:
        reference = reference_of(matcher, LI)
        for file in (written(LI.resize((60, 75))), written(LI.resize((60, 75)), "JPEG", quality=60)):
            for position in range(0, len(file), 7):
                broken = bytearray(file)
                broken[position] ^= 0xFF
                outcome = matcher.compare(bytes(broken), reference=reference)
                assert isinstance(outcome, FaceMatch | UnreadablePicture)


class TestStubFaceMatcher:
    """What only the stub promises."""

    def test_make_reference_names_the_stub_in_its_token(self) -> None:
        assert reference_of(StubFaceMatcher(), LI).startswith(TOKEN_PREFIX)
        assert TOKEN_PREFIX.startswith("stub")

    @pytest.mark.parametrize("other", [LI, WANG], ids=["the same", "somebody else"])
    def test_compare_says_that_liveness_was_not_assessed(self, other: Image.Image) -> None:
        outcome = StubFaceMatcher().compare(written(other), reference=reference_of(StubFaceMatcher(), LI))

        assert isinstance(outcome, FaceMatch)
        assert outcome.liveness is Liveness.NOT_ASSESSED

    @pytest.mark.parametrize("spoiled", ["cut", "longer", "strange", "padded", "non-ASCII", "newline"])
    def test_compare_refuses_its_own_token_when_it_was_changed(self, spoiled: str) -> None:
        token = reference_of(StubFaceMatcher(), LI)
        changed = {
            "cut": token[:-4],
            "longer": token + "AAAA",
            "strange": token[:-6] + "!" + token[-5:],
            "padded": token + "=",
            "non-ASCII": token[:-1] + "李",
            "newline": token + "\n",
        }[spoiled]

        assert StubFaceMatcher().compare(written(LI), reference=changed) == UnusableReference()
        assert StubFaceMatcher().compare(written(LI), reference=token) != UnusableReference()

    @pytest.mark.parametrize(("bits", "matched"), [(WITHIN_BITS, True), (WITHIN_BITS + 1, False)])
    def test_compare_matches_within_the_set_distance_and_no_further(self, bits: int, matched: bool) -> None:
        outcome = StubFaceMatcher().compare(
            written(LI), reference=with_bits_flipped(reference_of(StubFaceMatcher(), LI), bits)
        )

        assert outcome == FaceMatch(matched=matched, liveness=Liveness.NOT_ASSESSED)

    def test_compare_decodes_a_picture_of_exactly_the_most_pixels(self) -> None:
        photo = written(LI.resize((4000, MOST_PHOTO_PIXELS // 4000)), "JPEG", quality=30)

        outcome = StubFaceMatcher().compare(photo, reference=reference_of(StubFaceMatcher(), LI))

        assert isinstance(outcome, FaceMatch)
        assert outcome.matched

    def test_compare_refuses_a_bomb_when_warnings_are_no_errors(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            outcome = StubFaceMatcher().make_reference(png_of_claimed_size(10_000, 10_000))

        assert outcome == UnreadablePicture(problem=PictureProblem.TOO_MANY_PIXELS)


def with_bits_flipped(token: str, bits: int) -> str:
    digest = urlsafe_b64decode(token.removeprefix(TOKEN_PREFIX))
    changed = int.from_bytes(digest, "big") ^ ((1 << bits) - 1)
    return TOKEN_PREFIX + urlsafe_b64encode(changed.to_bytes(len(digest), "big")).decode("ascii")
