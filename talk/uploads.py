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


def examine_upload(file: BinaryIO, *, name: str, size: int, largest_bytes: int) -> Upload:
    """Return what to keep of the file.

    Raises `TooLarge` (bytes, pixels or frames), `UnsupportedFile`, `BrokenFile`; all of them
    before a hostile file has cost a second or 200 MB. `Throttled` while others wait for theirs.
    """
    if size > largest_bytes:
        raise TooLarge(
            f"At most {largest_bytes} bytes can be sent", field="file", most_bytes=largest_bytes
        )
    if size == 0:
        raise BrokenFile("The file is empty", field="file")
    file.seek(0)
    head = file.read(HEAD_BYTES)
    picture = kind_of(head)
    if picture is None:
        media_type, extension = _kind_of(head, file, extension_of(name))
        return Upload(clean_name(name, extension), media_type)
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
