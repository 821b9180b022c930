"""Operators' pictures: friendly abstract faces, drawn here, of nobody."""

import random
from io import BytesIO

from PIL import Image, ImageDraw

SIDE = 256
SCALE = 4
"""Drawn larger and shrunk: Pillow itself draws jagged edges."""

BACKDROPS = ("#dbe7ff", "#d9f2e6", "#ffe7d6", "#f3e3ff", "#fff3cc", "#d8f0f7", "#ffe0e6")
SKINS = ("#ffdcc2", "#f7cba6", "#eab98f", "#d9a077", "#ffe5d1")
HAIRS = ("#2f2a28", "#4a3628", "#6b4a32", "#3a3f4a", "#8a6a4a")
CLOTHES = ("#2b59c3", "#1f7a5c", "#b3541e", "#6a4ba3", "#a33b52", "#34495e")
INK = "#3b2f2a"


def draw_face(seed: str) -> bytes:
    """Return a PNG of 256 × 256 pixels; the same seed gives the same face."""
    rng = random.Random(seed)
    side = SIDE * SCALE
    image = Image.new("RGB", (side, side), rng.choice(BACKDROPS))
    pen = _Pen(ImageDraw.Draw(image))
    hair, skin = rng.choice(HAIRS), rng.choice(SKINS)
    has_long_hair = rng.random() < 0.5
    if has_long_hair:
        pen.blob(0.24, 0.2, 0.76, 0.82, hair)
    pen.blob(0.16, 0.74, 0.84, 1.3, rng.choice(CLOTHES))
    pen.blob(0.43, 0.6, 0.57, 0.8, skin)
    pen.blob(0.28, 0.24, 0.72, 0.74, skin)
    _draw_hair(pen, rng, hair)
    _draw_look(pen, rng)
    file = BytesIO()
    image.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return file.getvalue()


class _Pen:
    """Draws in parts of the side, so that no shape knows the size of the picture."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self.draw = draw
        self.side = SIDE * SCALE

    def box(self, *parts: float) -> tuple[float, float, float, float]:
        left, top, right, bottom = (part * self.side for part in parts)
        return left, top, right, bottom

    def blob(self, left: float, top: float, right: float, bottom: float, fill: str) -> None:
        self.draw.ellipse(self.box(left, top, right, bottom), fill=fill)

    def arc(
        self,
        box: tuple[float, float, float, float],
        start: float,
        end: float,
        *,
        width: float = 0.014,
    ) -> None:
        self.draw.arc(self.box(*box), start, end, fill=INK, width=int(width * self.side))

    def cap(
        self, box: tuple[float, float, float, float], start: float, end: float, fill: str
    ) -> None:
        self.draw.chord(self.box(*box), start, end, fill=fill)


def _draw_hair(pen: _Pen, rng: random.Random, hair: str) -> None:
    tilt = rng.choice((-14, 0, 14))
    pen.cap((0.26, 0.2, 0.74, 0.66), 188 + tilt, 352 + tilt, hair)
    if rng.random() < 0.35:
        pen.blob(0.42, 0.12, 0.58, 0.27, hair)


def _draw_look(pen: _Pen, rng: random.Random) -> None:
    eyes_laugh = rng.random() < 0.3
    for eye in (0.41, 0.59):
        if eyes_laugh:
            pen.arc((eye - 0.03, 0.48, eye + 0.03, 0.53), 180, 360)
        else:
            pen.blob(eye - 0.018, 0.475, eye + 0.018, 0.52, INK)
        pen.blob(eye - 0.055, 0.555, eye + 0.055, 0.605, "#f4b3a4")
    pen.arc((0.43, 0.5, 0.57, 0.63), 25, 155, width=0.016)
    if rng.random() < 0.4:
        for eye in (0.41, 0.59):
            pen.arc((eye - 0.065, 0.435, eye + 0.065, 0.56), 0, 360, width=0.01)
        pen.arc((0.46, 0.475, 0.54, 0.52), 200, 340, width=0.01)
