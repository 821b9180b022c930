"""Rich menus: their layouts, what LINE takes as a picture, and the object that it is told. Pure.

Sizes are the Messaging API's ("Rich menu structure", "Requirements for rich menu image").
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from PIL import Image

from integrations.line import taps

LARGEST_BYTES: Final = 1024 * 1024
NARROWEST, WIDEST, LOWEST = 800, 2500, 250
FLATTEST: Final = 1.45
"""Width over height, at the least."""
MOST_AREAS: Final = 20
MOST_BAR_TEXT: Final = 14
MOST_LABEL: Final = 20
MOST_TEXT: Final = 300
CUSTOM: Final = "custom"
TWELFTHS: Final = 12
JOINER: Final = "\u200d"

Cell = tuple[int, int, int, int]
"""Left, top, width, height: in twelfths of the picture."""
LAYOUTS: Final[dict[str, tuple[Cell, ...]]] = {
    "six": tuple((x, y, 4, 6) for y in (0, 6) for x in (0, 4, 8)),
    "four": tuple((x, y, 6, 6) for y in (0, 6) for x in (0, 6)),
    "top_three": ((0, 0, 12, 6), *((x, 6, 4, 6) for x in (0, 4, 8))),
    "left_two": ((0, 0, 8, 12), (8, 0, 4, 6), (8, 6, 4, 6)),
    "two_rows": ((0, 0, 12, 6), (0, 6, 12, 6)),
    "three_columns": tuple((x, 0, 4, 12) for x in (0, 4, 8)),
    "two_columns": ((0, 0, 6, 12), (6, 0, 6, 12)),
    "whole": ((0, 0, 12, 12),),
}
FORMATS: Final = {"PNG": "image/png", "JPEG": "image/jpeg"}


class Doing(StrEnum):
    """What a tap does."""

    MESSAGE = "message"
    URI = "uri"
    ANSWER = "answer"
    DATE = "date"
    LINK = "link"


class Fault(StrEnum):
    """Why LINE would not take the picture."""

    NO_PICTURE = "no_picture"
    TOO_LARGE = "too_large"
    TOO_NARROW = "too_narrow"
    TOO_WIDE = "too_wide"
    TOO_LOW = "too_low"
    TOO_TALL = "too_tall"


class BadPicture(ValueError):
    """`fault` says which rule it breaks; `width` and `height` are 0 while they are not known."""

    def __init__(self, fault: Fault, width: int = 0, height: int = 0) -> None:
        super().__init__(fault)
        self.fault, self.width, self.height = fault, width, height


@dataclass(frozen=True, slots=True)
class Picture:
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """In pixels of the picture."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Area:
    """One place to tap. `value` is the text, the address or the answer, by what it does."""

    id: UUID
    bounds: Bounds
    doing: Doing
    label: str
    value: str = ""
    question: str = ""

    @property
    def tap(self) -> UUID:
        """What a tap carries: another one as soon as a tap means something else."""
        return uuid5(self.id, "\0".join((self.doing, self.question, self.label, self.value)))


def examine_picture(content: bytes) -> Picture:
    """Return what the picture is. Raises `BadPicture` for what LINE would refuse."""
    if len(content) > LARGEST_BYTES:
        raise BadPicture(Fault.TOO_LARGE)
    try:
        with Image.open(BytesIO(content), formats=list(FORMATS)) as image:
            (width, height), kind = image.size, str(image.format)
            if not _fault_of(width, height):
                image.load()  # half a file is found here, not by LINE
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadPicture(Fault.NO_PICTURE) from error
    if fault := _fault_of(width, height):
        raise BadPicture(fault, width, height)
    return Picture(FORMATS[kind], width, height)


def _fault_of(width: int, height: int) -> Fault | None:
    if width < NARROWEST:
        return Fault.TOO_NARROW
    if width > WIDEST:
        return Fault.TOO_WIDE
    if height < LOWEST:
        return Fault.TOO_LOW
    return Fault.TOO_TALL if width / height < FLATTEST else None


def cells(layout: str, width: int, height: int) -> list[Bounds]:
    """Return the layout's places in a picture of this size: they touch, and leave nothing out."""
    return [_pixels(cell, width, height) for cell in LAYOUTS.get(layout, ())]


def _pixels(cell: Cell, width: int, height: int) -> Bounds:
    left, top, across, down = cell
    x, y = round(width * left / TWELFTHS), round(height * top / TWELFTHS)
    right = round(width * (left + across) / TWELFTHS)
    bottom = round(height * (top + down) / TWELFTHS)
    return Bounds(x, y, right - x, bottom - y)


def graphemes(text: str) -> int:
    """Return how many characters somebody sees, which is what LINE counts in labels.

    Marks, variation selectors and what a joiner joins belong to the character before.
    """
    count, is_joined = 0, False
    for char in text:
        is_part = unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf")
        is_tone = 0x1F3FB <= ord(char) <= 0x1F3FF
        count += not (is_part or is_joined or is_tone)
        is_joined = char == JOINER
    return count


def is_inside(bounds: Bounds, width: int, height: int) -> bool:
    is_some = min(bounds.x, bounds.y) >= 0 and min(bounds.width, bounds.height) > 0
    return is_some and bounds.x + bounds.width <= width and bounds.y + bounds.height <= height


def is_address(text: str) -> bool:
    """Whether LINE opens it: a web page, a telephone, or LINE's own."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    if parts.scheme in ("https", "http"):
        return bool(parts.netloc) and text.isascii()
    return parts.scheme in ("tel", "line") and text.isascii()


def menu_object(
    picture: Picture, *, name: str, bar_text: str, is_open: bool, areas: Sequence[Area]
) -> dict[str, Any]:
    """Return the rich menu object of the Messaging API."""
    return {
        "size": {"width": picture.width, "height": picture.height},
        "selected": is_open,
        "name": name,
        "chatBarText": bar_text,
        "areas": [{"bounds": _bounds(area.bounds), "action": action(area)} for area in areas],
    }


def action(area: Area) -> dict[str, Any]:
    """Return what a tap does. What is counted carries an id of ours, never an answer to believe."""
    label = {"label": area.label}
    match area.doing:
        case Doing.MESSAGE:
            return {"type": "message", **label, "text": area.value}
        case Doing.URI:
            return {"type": "uri", **label, "uri": area.value}
        case Doing.DATE:
            return {
                "type": "datetimepicker",
                **label,
                "data": taps.of_area(area.tap),
                "mode": "date",
            }
        case Doing.LINK:
            return {"type": "postback", **label, "data": taps.LINK}
        case Doing.ANSWER:
            told = {"displayText": area.value or area.label}
            return {"type": "postback", **label, "data": taps.of_area(area.tap), **told}


def meanings(areas: Sequence[Area]) -> dict[str, list[str]]:
    """Return question, label and answer by what a tap carries, of the places that answer."""
    answering = [area for area in areas if area.doing in (Doing.ANSWER, Doing.DATE)]
    return {area.tap.hex: [area.question, area.label, area.value] for area in answering}


def _bounds(bounds: Bounds) -> dict[str, int]:
    return {"x": bounds.x, "y": bounds.y, "width": bounds.width, "height": bounds.height}
