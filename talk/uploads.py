"""What an uploaded file is, decided from its bytes alone, and what we keep of it.

Pictures are decoded within limits and encoded anew: no metadata, no second meaning survives.
Other kinds on the list are kept as they are and only ever leave as downloads. What the client
says about the type is never used.
"""

from dataclasses import dataclass
from typing import BinaryIO

from talk.errors import Problem, Throttled, TooLarge
from talk.filenames import clean_name, extension_of
from talk.pictures import (
    LONGEST_WAIT,
    PICTURE_TYPES,
    BrokenPicture,
    PictureKind,
    PictureTooLarge,
    TooManyPictures,
    encode_picture,
    kind_of,
)

HEAD_BYTES = 4096
OFFICE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
OLD_OFFICE = {
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
}
TEXT = {
    "txt": "text/plain",
    "log": "text/plain",
    "md": "text/plain",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
# What a file dialog offers, and what is refused before anybody waits for an upload. A file that
# tells neither a type nor such a name is still decided by its bytes.
OFFERED = (
    *sorted(PICTURE_TYPES),
    "application/pdf",
    "application/zip",
    *(f".{extension}" for extension in ("pdf", "zip", *OFFICE, *OLD_OFFICE, *TEXT)),
)
# Pictures of phones lie in the same boxes as films do.
PICTURE_BRANDS = (b"hei", b"hev", b"mif1", b"msf1", b"avif", b"avis")
MP3_FRAMES = (b"\xfb", b"\xfa", b"\xf3", b"\xf2")
ADTS_FRAMES = (b"\xf1", b"\xf9")
TEXT_ENCODINGS = ("utf-8", "cp932")  # spreadsheets in Japan still write CSV as Shift_JIS


class UnsupportedFile(Problem):
    status = 415
    code = "unsupported_file"
    title = "Files of this kind cannot be sent"


class BrokenFile(Problem):
    status = 422
    code = "broken_file"
    title = "The file is damaged"


@dataclass(frozen=True, slots=True)
class Upload:
    """What is stored. `content` is None when the file is kept as it came."""

    name: str
    media_type: str
    content: bytes | None = None
    width: int | None = None
    height: int | None = None


def examine_upload(
    file: BinaryIO, *, name: str, size: int, largest_bytes: int, is_played: bool = False
) -> Upload:
    """Return what to keep of the file; of sounds and films only where they are played.

    Raises `TooLarge` (bytes, pixels or frames), `UnsupportedFile`, `BrokenFile`; all of them
    before a hostile file has cost a second or 200 MB. `Throttled` while others wait for theirs.
    """
    if size > largest_bytes:
        raise TooLarge(
            f"At most {largest_bytes} bytes can be sent", field="file", most_bytes=largest_bytes
        )
    if size == 0:
        raise BrokenFile("The file is empty", field="file")
    head = _head(file)
    picture = kind_of(head)
    if picture is not None:
        return _picture(file, picture, name)
    played = _played(head) if is_played else None
    media_type, extension = played or _kind_of(head, file, extension_of(name))
    return Upload(clean_name(name, extension), media_type)


def examine_received(file: BinaryIO, *, name: str) -> Upload:
    """Return what to keep of a file that a channel took: of any kind, as customers sent it.

    What is no picture, sound or film leaves as a download of bytes. Raises as `examine_upload`.
    """
    head = _head(file)
    if not head:
        raise BrokenFile("The file is empty", field="file")
    picture = kind_of(head)
    if picture is not None:
        return _picture(file, picture, name)
    played = _played(head)
    if played is not None:
        return Upload(clean_name(name, played[1]), played[0])
    try:
        media_type, extension = _kind_of(head, file, extension_of(name))
    except UnsupportedFile:
        media_type, extension = "application/octet-stream", extension_of(name) or "bin"
    return Upload(clean_name(name, extension), media_type)


def _head(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read(HEAD_BYTES)


def _played(head: bytes) -> tuple[str, str] | None:
    """Return media type and extension of sound and film that browsers play."""
    if head[4:8] == b"ftyp" and not head[8:12].startswith(PICTURE_BRANDS):
        return ("audio/mp4", "m4a") if head[8:11] == b"M4A" else ("video/mp4", "mp4")
    if head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] in MP3_FRAMES):
        return "audio/mpeg", "mp3"
    if head[:1] == b"\xff" and head[1:2] in ADTS_FRAMES:
        return "audio/aac", "aac"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav", "wav"
    return None


def _picture(file: BinaryIO, picture: PictureKind, name: str) -> Upload:
    try:
        encoded = encode_picture(file, picture)
    except PictureTooLarge as error:
        raise TooLarge(str(error), field="file") from None
    except BrokenPicture as error:
        raise BrokenFile(str(error), field="file") from None
    except TooManyPictures:
        raise Throttled(
            "Other pictures have to be made ready first",
            retry_after=int(LONGEST_WAIT),
            field="file",
        ) from None
    return Upload(
        clean_name(name, picture.extension),
        picture.media_type,
        encoded.content,
        encoded.width,
        encoded.height,
    )


def _kind_of(head: bytes, file: BinaryIO, extension: str) -> tuple[str, str]:
    """Return media type and extension; the name only chooses among what the bytes allow."""
    if head.startswith(b"%PDF-"):
        return "application/pdf", "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return OFFICE.get(extension, "application/zip"), extension if extension in OFFICE else "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") and extension in OLD_OFFICE:
        return OLD_OFFICE[extension], extension
    if extension in TEXT and _is_plain_text(head, file):
        return TEXT[extension], extension
    raise UnsupportedFile(
        "Pictures (PNG, JPEG, GIF, WebP), PDF, text, CSV, office files and ZIP can be sent",
        field="file",
    )


def _is_plain_text(head: bytes, file: BinaryIO) -> bool:
    """Text without control characters that does not begin like markup."""
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return False
    file.seek(0)
    content = file.read()
    if any(byte < 0x20 and byte not in b"\t\r\n\x0c" for byte in set(content)):
        return False
    return any(_decodes(content, encoding) for encoding in TEXT_ENCODINGS)


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
