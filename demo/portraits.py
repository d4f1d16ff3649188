"""Drawn portraits of invented people: the same face for the same seed, a different one for every other.

They stand in for passport photos wherever a picture is needed, and are different enough for the stub
matcher of identity to tell people apart. Nobody real is in them.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

_WIDE, _TALL = 192, 240
_PANELS = 4

_SKINS = ("#ffe0c2", "#f9d3ad", "#f1c27d", "#e8b887", "#d9a066", "#c68642")
_DARK_HAIR = ("#17120f", "#2b1d14", "#3d2a1c", "#20242c", "#4a2f23")
_GREY_HAIR = ("#d8d8d8", "#bfc3c7", "#9a9da1", "#ececec", "#c9bfae")
_CLOTHES = (
    "#c0392b",
    "#1f618d",
    "#117864",
    "#7d3c98",
    "#b9770e",
    "#212f3c",
    "#d98880",
    "#a9cce3",
    "#f4d03f",
    "#1e8449",
    "#884ea0",
    "#fdfefe",
    "#5d4037",
    "#e67e22",
)
_WALLS = (
    "#dfe7ee",
    "#f4ead8",
    "#e3f1e0",
    "#f3dfe5",
    "#cfd8e8",
    "#bcd4c6",
    "#f7f0b8",
    "#9fb7cf",
    "#c9b6d8",
    "#7f98ad",
    "#e8c9a8",
    "#ffffff",
    "#5b7a6a",
    "#8a6f86",
    "#4f6785",
)
_LINE = "#3a2a22"
_MOUTH = "#b03a3a"

Box = tuple[float, float, float, float]


class Age(StrEnum):
    """How old a drawn face looks."""

    CHILD = "CHILD"
    ADULT = "ADULT"
    ELDER = "ELDER"


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a face is drawn from; ``tall`` and ``wide`` are half axes in pixels."""

    age: Age
    woman: bool
    skin: str
    hair: str
    clothes: str
    panels: tuple[str, ...]
    """Colours of the folding screen behind, from left to right."""
    middle: int
    """Where the face sits, from the left."""
    wide: int
    tall: int
    style: int
    glasses: bool
    smile: int
    eyes_apart: int
    circles: tuple[tuple[int, int, int, str], ...]
    """Soft circles on the wall behind: x, y, radius, colour."""


def look_of(seed: str, *, age: Age, woman: bool) -> Look:
    """Return the look that belongs to a seed, today and on every other day."""
    random = Random(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big"))
    panels = tuple(random.sample(_WALLS, _PANELS))
    return Look(
        age=age,
        woman=woman,
        skin=random.choice(_SKINS),
        hair=random.choice(_GREY_HAIR if age is Age.ELDER else _DARK_HAIR),
        clothes=random.choice(_CLOTHES),
        panels=panels,
        middle=_WIDE // 2 + random.randint(-16, 16),
        wide=random.randint(38, 52),
        tall=random.randint(46, 56) if age is Age.CHILD else random.randint(52, 66),
        style=random.randrange(4),
        glasses=random.random() < (0.5 if age is Age.ELDER else 0.25),
        smile=random.randint(12, 24),
        eyes_apart=random.randint(17, 24),
        circles=tuple(_circle(random) for _ in range(4)),
    )


def portrait_of(look: Look) -> bytes:
    """Return the portrait of a look as the bytes of a PNG."""
    picture = Image.new("RGB", (_WIDE, _TALL))
    pen = ImageDraw.Draw(picture)
    for place, colour in enumerate(look.panels):
        pen.rectangle((place * _WIDE // _PANELS, 0, _WIDE, _TALL), fill=colour)
    for x, y, radius, colour in look.circles:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    _draw_hair_behind(pen, look)
    _draw_body(pen, look)
    _draw_head(pen, look)
    _draw_face(pen, look)
    file = BytesIO()
    picture.save(file, "PNG", compress_level=4)
    return file.getvalue()


def _circle(random: Random) -> tuple[int, int, int, str]:
    return (
        random.randrange(_WIDE),
        random.randrange(_TALL * 2 // 3),
        random.randint(20, 52),
        random.choice(_WALLS),
    )


def _centre(look: Look) -> int:
    """Return the height of the middle of the face; a child sits lower in the picture."""
    return 122 if look.age is Age.CHILD else 108


def _oval(x: float, y: float, wide: float, tall: float) -> Box:
    return (x - wide, y - tall, x + wide, y + tall)


def _draw_hair_behind(pen: ImageDraw.ImageDraw, look: Look) -> None:
    y = _centre(look)
    pen.ellipse(_oval(look.middle, y - 14, look.wide + 9, look.tall + 2), fill=look.hair)
    if look.woman and look.style in (0, 1):
        length = 62 if look.style else 34
        pen.rounded_rectangle(
            (look.middle - look.wide - 9, y - 12, look.middle + look.wide + 9, y + length), 14, fill=look.hair
        )
    elif look.woman and look.style == 2:
        for side in (-1, 1):
            pen.ellipse(_oval(look.middle + side * (look.wide + 10), y - 22, 16, 18), fill=look.hair)
    elif look.woman:
        pen.ellipse(_oval(look.middle, y - look.tall - 16, 22, 18), fill=look.hair)


def _draw_body(pen: ImageDraw.ImageDraw, look: Look) -> None:
    y = _centre(look) + look.tall
    broad = 62 if look.age is Age.CHILD else 80
    pen.rounded_rectangle(
        (look.middle - broad, y + 10, look.middle + broad, _TALL + 40), 38, fill=look.clothes
    )
    pen.rounded_rectangle((look.middle - 15, y - 16, look.middle + 15, y + 22), 12, fill=look.skin)
    if look.style % 2:
        pen.polygon(
            [(look.middle - 22, y + 8), (look.middle + 22, y + 8), (look.middle, y + 44)], fill="#fdfefe"
        )
        pen.polygon(
            [(look.middle - 13, y + 6), (look.middle + 13, y + 6), (look.middle, y + 30)], fill=look.skin
        )


def _draw_head(pen: ImageDraw.ImageDraw, look: Look) -> None:
    y = _centre(look)
    for side in (-1, 1):
        pen.ellipse(_oval(look.middle + side * look.wide, y + 2, 8, 12), fill=look.skin)
    pen.ellipse(_oval(look.middle, y, look.wide, look.tall), fill=look.skin)
    # The fringe: a slice of an ellipse over the forehead, or thin hair for some old men.
    thin = look.age is Age.ELDER and not look.woman and look.style == 0
    if not thin:
        fringe = _oval(look.middle, y - 6, look.wide + 5, look.tall + 1)
        begin, end = ((190, 350), (180, 360), (200, 340), (180, 330))[look.style]
        pen.chord(fringe, begin, end, fill=look.hair)


def _draw_face(pen: ImageDraw.ImageDraw, look: Look) -> None:
    y = _centre(look)
    for side in (-1, 1):
        x = look.middle + side * look.eyes_apart
        size = 7 if look.age is Age.CHILD else 5
        pen.ellipse(_oval(x, y + 4, size, size), fill=_LINE)
        pen.ellipse(_oval(x + 2, y + 2, 2, 2), fill="#ffffff")
        pen.arc(_oval(x, y - 6, 11, 6), 200, 340, fill=look.hair if look.hair > "#8" else _LINE, width=3)
        pen.ellipse(_oval(x + side * 8, y + 22, 9, 6), fill=_blushing(look.skin))
        if look.glasses:
            pen.ellipse(_oval(x, y + 4, 14, 13), outline=_LINE, width=2)
    if look.glasses:
        pen.line(
            (look.middle - look.eyes_apart + 14, y + 4, look.middle + look.eyes_apart - 14, y + 4), fill=_LINE
        )
    pen.arc(_oval(look.middle, y + 14, 6, 6), 20, 160, fill=_LINE, width=2)
    pen.arc(_oval(look.middle, y + 26, look.smile, 12), 15, 165, fill=_MOUTH, width=4)
    if look.age is Age.ELDER and not look.woman and look.style == 3:
        pen.chord(_oval(look.middle, y + look.tall - 12, 24, 20), 0, 180, fill=look.hair)


def _blushing(skin: str) -> str:
    red, green, blue = (int(skin[start : start + 2], 16) for start in (1, 3, 5))
    return f"#{red:02x}{green * 9 // 10:02x}{blue * 9 // 10:02x}"
