"""Pictures as LINE takes them: JPEG, the original of at most 10 MB, the preview of at most 1 MB.

Made anew whenever somebody asks: so nothing is left of a picture that was erased.
"""

import io
from typing import BinaryIO

from PIL import Image, ImageDraw, ImageOps
from PIL.Image import Image as Picture

from talk.pictures import turn

ORIGINAL_BYTES, PREVIEW_BYTES, ICON_BYTES = 10_000_000, 1_000_000, 1_000_000
ORIGINAL_SIDE, PREVIEW_SIDE, ICON_SIDE = 4096, 1024, 256
LEAST_SIDE = 64
QUALITIES = (88, 76, 60)
PAPER, INK, SHADE = "#ffffff", "#ffffff", "#2b3440"


def original(file: BinaryIO) -> bytes:
    return _jpeg(file, ORIGINAL_SIDE, ORIGINAL_BYTES)


def preview(file: BinaryIO) -> bytes:
    return _jpeg(file, PREVIEW_SIDE, PREVIEW_BYTES)


def icon(file: BinaryIO) -> bytes:
    """Return an operator's picture as a square PNG."""
    with turn(), Image.open(file) as picture:
        square = ImageOps.fit(picture.convert("RGB"), (ICON_SIDE, ICON_SIDE))
    out = io.BytesIO()
    square.save(out, "PNG", optimize=True)
    return out.getvalue()


def cover() -> bytes:
    """Return what is shown before a video of ours plays: a triangle; frames are not ours to cut."""
    canvas = Image.new("RGB", (640, 360), SHADE)
    ImageDraw.Draw(canvas).polygon([(285, 130), (285, 230), (372, 180)], fill=INK)
    return _saved(canvas, QUALITIES[0])


def _jpeg(file: BinaryIO, side: int, most: int) -> bytes:
    """Return the largest that fits: first the quality gives way, then the size."""
    with turn(), Image.open(file) as picture:
        picture.draft("RGB", (side, side))
        picture.thumbnail((side, side))
        plain = _on_paper(picture)
        while True:
            for quality in QUALITIES:
                made = _saved(plain, quality)
                if len(made) <= most or max(plain.size) <= LEAST_SIDE:
                    return made
            plain = plain.resize((max(1, plain.width // 2), max(1, plain.height // 2)))


def _on_paper(picture: Picture) -> Picture:
    """JPEG knows nothing transparent; of what moves the first picture stands."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layers = picture.convert("RGBA")
    paper = Image.new("RGBA", layers.size, PAPER)
    return Image.alpha_composite(paper, layers).convert("RGB")


def _saved(picture: Picture, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
