"""Pictures from outside: decoded within limits, then encoded anew without anything but pixels."""

import io
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageOps
from PIL.Image import Image as Picture

LONGEST_SIDE = 4096  # larger ones are scaled down
LARGEST_SIDE = 20_000
LARGEST_PIXELS = 25_000_000  # decoded at once: 100 MB
LARGEST_JPEG_PIXELS = 120_000_000  # its decoder scales while it reads
LARGEST_FRAMES = 200
LARGEST_ANIMATION_PIXELS = 60_000_000  # of all frames together
# A file of 50 kB that is within these limits takes 400 MB while it is made anew.
_one_at_a_time = threading.Lock()
LONGEST_WAIT = 5.0  # seconds for one's turn


class PictureTooLarge(Exception):
    pass


class BrokenPicture(Exception):
    pass


class TooManyPictures(Exception):
    """Others are made anew, and it takes long."""


@dataclass(frozen=True, slots=True)
class PictureKind:
    format: str
    media_type: str
    extension: str
    magic: tuple[bytes, ...]
    pixels: int = LARGEST_PIXELS

    def matches(self, head: bytes) -> bool:
        if self.format == "WEBP":
            return head.startswith(b"RIFF") and head[8:12] == b"WEBP"
        return head.startswith(self.magic)


PICTURES = (
    PictureKind("PNG", "image/png", "png", (b"\x89PNG\r\n\x1a\n",)),
    PictureKind("JPEG", "image/jpeg", "jpg", (b"\xff\xd8\xff",), LARGEST_JPEG_PIXELS),
    PictureKind("GIF", "image/gif", "gif", (b"GIF87a", b"GIF89a")),
    PictureKind("WEBP", "image/webp", "webp", ()),
)
PICTURE_TYPES = frozenset(kind.media_type for kind in PICTURES)
QUALITY = {"JPEG": 88, "WEBP": 85}


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    content: bytes
    width: int
    height: int


def kind_of(head: bytes) -> PictureKind | None:
    """Return which picture a file is, by its first bytes."""
    return next((kind for kind in PICTURES if kind.matches(head)), None)


def encode_picture(
    file: BinaryIO, kind: PictureKind, *, longest_side: int = LONGEST_SIDE
) -> EncodedPicture:
    """Return the picture anew, in its format, upright, at most `longest_side` wide and high.

    Of animations only GIF keeps its frames. Raises `PictureTooLarge` before decoding, and
    `BrokenPicture` for what the decoder refuses. A process decodes one picture at a time:
    `TooManyPictures` for who waited `LONGEST_WAIT` for that.
    """
    file.seek(0)
    try:
        with Image.open(file, formats=[kind.format]) as picture:
            _check_size(picture, kind)
            frames = _check_animation(file, picture) if kind.format == "GIF" else 0
            with turn():
                if frames:
                    return _encode_animation(picture, frames)
                return _encode_still(picture, kind.format, longest_side)
    except PictureTooLarge:
        raise
    except Image.DecompressionBombError:
        raise PictureTooLarge("The picture has too many pixels") from None
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, MemoryError) as error:
        raise BrokenPicture("The picture cannot be decoded") from error


@contextmanager
def turn() -> Iterator[None]:
    if not _one_at_a_time.acquire(timeout=LONGEST_WAIT):
        raise TooManyPictures
    try:
        yield
    finally:
        _one_at_a_time.release()


def _check_size(picture: Picture, kind: PictureKind) -> None:
    width, height = picture.size
    if max(width, height) > LARGEST_SIDE or width * height > kind.pixels:
        raise PictureTooLarge("The picture has too many pixels")


def _check_animation(file: BinaryIO, picture: Picture) -> int:
    position = file.tell()
    file.seek(0)
    frames = count_gif_frames(file.read())
    file.seek(position)
    if frames > LARGEST_FRAMES:
        raise PictureTooLarge("The animation has too many frames")
    if frames * picture.width * picture.height > LARGEST_ANIMATION_PIXELS:
        raise PictureTooLarge("The animation has too many pixels")
    return frames


def _encode_still(picture: Picture, format: str, longest_side: int) -> EncodedPicture:
    if format == "JPEG":
        picture.draft("RGB", (longest_side, longest_side))
    picture.thumbnail((longest_side, longest_side))
    upright = _plain(ImageOps.exif_transpose(picture), format)
    out = io.BytesIO()
    upright.save(out, format, **({"quality": QUALITY[format]} if format in QUALITY else {}))
    return EncodedPicture(out.getvalue(), *upright.size)


def _plain(picture: Picture, format: str) -> Picture:
    """Return nothing but pixels, in a mode that the format can hold."""
    if format == "JPEG":
        plain = picture.convert("L" if picture.mode == "L" else "RGB")
    else:
        plain = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    plain.info.clear()  # comments, EXIF, XMP and colour profiles would be written again
    return plain


def _encode_animation(picture: Picture, frames: int) -> EncodedPicture:
    stills: list[Picture] = []
    durations: list[int] = []
    for index in range(frames):
        picture.seek(index)
        durations.append(max(20, int(picture.info.get("duration", 100))))
        stills.append(_plain(picture, "GIF"))
    out = io.BytesIO()
    first, *rest = stills
    moving = {"save_all": True, "append_images": rest, "duration": durations, "loop": 0}
    first.save(out, "GIF", **(moving if rest else {}))
    return EncodedPicture(out.getvalue(), *first.size)


def count_gif_frames(data: bytes) -> int:
    """Count without decoding, and stop when there are too many."""
    count = 0
    for _ in _gif_frames(data):
        count += 1
        if count > LARGEST_FRAMES:
            break
    return count


def _gif_frames(data: bytes) -> Iterator[int]:
    """Yield where each image descriptor of the GIF lies; its blocks are only skipped."""
    flags = data[10]
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    while at < len(data) and data[at] != 0x3B:
        if data[at] == 0x2C:
            yield at
            flags = data[at + 9]
            at = _skip_blocks(data, at + 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0))
        elif data[at] == 0x21:
            at = _skip_blocks(data, at + 2)
        else:
            raise ValueError("not a GIF block")


def _skip_blocks(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += data[at] + 1
    return at + 1
