"""What people send with their words: pictures drawn here, and a receipt written here."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

from config.demo.data.receipt import write_receipt
from config.demo.data.words import Language

SIZE = (800, 600)
SCALE = 2
"""Drawn larger and shrunk: Pillow itself draws jagged edges."""
TABLE, TABLE_EDGE, SHADOW = "#d8b98e", "#c4a274", "#b08e62"
VARIANTS = 4


@dataclass(frozen=True, slots=True)
class DemoFile:
    name: str
    media_type: str
    content: bytes
    width: int | None = None
    height: int | None = None


def parted(text: str) -> tuple[str, str]:
    """Return the words of a building block and what is sent with them: "…[damage]" or nothing."""
    if not text.endswith("]"):
        return text, ""
    words, _, kind = text.removesuffix("]").rpartition("[")
    return words, kind


def make_file(
    rng: random.Random, kind: str, blanks: Mapping[str, str], language: Language
) -> DemoFile:
    """Return a file of this kind (`damage`, `wrapping` or `receipt`)."""
    if kind == "receipt":
        order, amount = blanks["order"], blanks["amount"]
        name = f"領収書_{order}.pdf" if language == "ja" else f"receipt-{order}.pdf"
        return DemoFile(name, "application/pdf", write_receipt(order, amount, language))
    content = _picture(kind, rng.randrange(VARIANTS))
    return DemoFile(f"IMG_{rng.randint(1000, 9999)}.jpg", "image/jpeg", content, *SIZE)


@cache
def _picture(kind: str, variant: int) -> bytes:
    width, height = (side * SCALE for side in SIZE)
    image = Image.new("RGB", (width, height), TABLE)
    pen = ImageDraw.Draw(image)
    for line in range(0, height, height // 7):
        pen.line((0, line, width, line + 14 * SCALE), fill=TABLE_EDGE, width=3 * SCALE)
    PICTURES[kind](pen, random.Random(f"{kind} {variant}"))
    file = BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(file, "JPEG", quality=82)
    return file.getvalue()


def _box(*corners: float) -> tuple[float, ...]:
    """Return corners given in the picture's own points."""
    return tuple(each * SCALE for each in corners)


def _draw_dented_parcel(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    """Whatever was in it: its corner is crushed and its tape has come off."""
    front, side, top = rng.choice(
        (("#c08a4e", "#9a6a36", "#d7a56a"), ("#b98d5e", "#916b42", "#d3ab7e"))
    )
    x = rng.randint(-20, 20)
    pen.polygon(_box(120 + x, 505, 610 + x, 520, 735 + x, 440, 700 + x, 500), fill=SHADOW)
    pen.polygon(_box(140 + x, 240, 265 + x, 165, 705 + x, 165, 600 + x, 250), fill=top)
    pen.polygon(
        _box(600 + x, 250, 640 + x, 262, 668 + x, 205, 705 + x, 165, 705 + x, 410, 600 + x, 505),
        fill=side,
    )
    pen.polygon(
        _box(
            140 + x,
            240,
            545 + x,
            248,
            568 + x,
            292,
            538 + x,
            330,
            600 + x,
            372,
            600 + x,
            505,
            140 + x,
            500,
        ),
        fill=front,
    )
    pen.polygon(
        _box(
            545 + x,
            248,
            600 + x,
            250,
            640 + x,
            262,
            618 + x,
            330,
            600 + x,
            372,
            538 + x,
            330,
            568 + x,
            292,
        ),
        fill=side,
    )
    for crease in ((545, 248, 568, 292, 538, 330), (640, 262, 618, 330, 600, 372)):
        points = [each + x if place % 2 == 0 else each for place, each in enumerate(crease)]
        pen.line(_box(*points), fill="#5f4222", width=3 * SCALE)
    pen.polygon(
        _box(350 + x, 244, 400 + x, 245, 400 + x, 300, 372 + x, 322, 350 + x, 296), fill="#efe3c4"
    )
    pen.polygon(_box(455 + x, 165, 500 + x, 165, 400 + x, 245, 350 + x, 244), fill="#efe3c4")
    pen.rectangle(_box(185 + x, 390, 300 + x, 460), fill="#fbfaf6")
    for line in range(3):
        pen.line(
            _box(197 + x, 408 + 16 * line, 282 + x - 20 * line, 408 + 16 * line),
            fill="#8c8578",
            width=4 * SCALE,
        )


def _draw_wrapped_box(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    paper, ribbon = rng.choice(
        (
            ("#f3ece0", "#b3323c"),
            ("#dfe8f2", "#27508a"),
            ("#efe3ea", "#8a3f6b"),
            ("#e6ecdc", "#5d7a2e"),
        )
    )
    pen.polygon(_box(130, 500, 690, 500, 735, 540, 175, 540), fill=SHADOW)
    pen.rectangle(_box(140, 150, 680, 510), fill=paper)
    for x in range(180, 680, 60):
        for y in range(180, 500, 60):
            pen.ellipse(_box(x, y, x + 8, y + 8), fill="#ffffff")
    pen.rectangle(_box(385, 150, 435, 510), fill=ribbon)
    pen.rectangle(_box(140, 305, 680, 350), fill=ribbon)
    for side in (-1, 1):
        pen.polygon(
            _box(410, 328, 410 + side * 120, 255, 410 + side * 135, 385), fill=ribbon, outline=paper
        )
    pen.ellipse(_box(382, 298, 438, 358), fill=ribbon, outline=paper, width=3 * SCALE)


PICTURES: dict[str, Callable[[ImageDraw.ImageDraw, random.Random], None]] = {
    "damage": _draw_dented_parcel,
    "wrapping": _draw_wrapped_box,
}
