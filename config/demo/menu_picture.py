"""The picture of the demonstration's rich menu: a parcel, a chain, a question."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1200, 405
SCALE = 2
"""Drawn larger and shrunk: Pillow itself draws jagged edges."""
BACK, INK = "#f3efe6", "#ffffff"
COLOURS = ("#3f8f68", "#cf8a2e", "#4d78b5")
THICK = 14 * SCALE
Point = tuple[float, float]


def draw_menu() -> bytes:
    """Return a PNG."""
    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), BACK)
    pen = ImageDraw.Draw(image)
    side = WIDTH * SCALE // 3
    for number, colour in enumerate(COLOURS):
        left, edge = number * side, 16 * SCALE
        box = (left + edge, edge, left + side - edge, HEIGHT * SCALE - edge)
        pen.rounded_rectangle(box, 36 * SCALE, fill=colour)
    for number, draw in enumerate((_parcel, _chain, _question)):
        draw(pen, (number * side + side / 2, HEIGHT * SCALE / 2))
    file = BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return file.getvalue()


def _parcel(pen: ImageDraw.ImageDraw, middle: Point) -> None:
    _line(pen, middle, ((-80, -40), (0, -80), (80, -40), (80, 50), (0, 90), (-80, 50), (-80, -40)))
    _line(pen, middle, ((-80, -40), (0, 0), (80, -40)))
    _line(pen, middle, ((0, 0), (0, 90)))


def _chain(pen: ImageDraw.ImageDraw, middle: Point) -> None:
    x, y = middle
    for left, right in ((-108, 26), (-26, 108)):
        box = (x + left * SCALE, y - 42 * SCALE, x + right * SCALE, y + 42 * SCALE)
        pen.rounded_rectangle(box, 42 * SCALE, outline=INK, width=THICK)


def _question(pen: ImageDraw.ImageDraw, middle: Point) -> None:
    x, y = middle
    pen.arc((x - 50 * SCALE, y - 95 * SCALE, x + 50 * SCALE, y + 5 * SCALE), 180, 90, INK, THICK)
    _line(pen, middle, ((0, -2), (0, 40)))
    pen.ellipse((x - 11 * SCALE, y + 66 * SCALE, x + 11 * SCALE, y + 88 * SCALE), fill=INK)


def _line(pen: ImageDraw.ImageDraw, middle: Point, points: Sequence[Point]) -> None:
    placed = [(middle[0] + x * SCALE, middle[1] + y * SCALE) for x, y in points]
    pen.line(placed, fill=INK, width=THICK, joint="curve")
    for x, y in (placed[0], placed[-1]):
        pen.ellipse((x - THICK / 2, y - THICK / 2, x + THICK / 2, y + THICK / 2), fill=INK)
