"""Files that an attacker would send, made here so that none lies in the tree."""

import io
import struct
import zlib

from PIL import Image

MARKUP = b"<script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!doctype html><html><body>" + MARKUP
XML = b'<?xml version="1.0"?><x>' + MARKUP + b"</x>"
PDF = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n"
POLYGLOT = b"GIF89a/*\x00\x00\x00*/=1;alert(1)//"


def picture(format: str, side: int = 8, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(out, format, **options)
    return out.getvalue()


def jpeg_with_place() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (35.0, 41.0, 22.0)  # GPS latitude
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6  # lies on its side
    out = io.BytesIO()
    tall = Image.new("RGB", (20, 10), "teal")
    tall.save(out, "JPEG", exif=exif, comment=b"secret comment")
    return out.getvalue()


def huge_png(side: int = 50_000) -> bytes:
    """A header that promises 2.5 gigapixels, and a little compressed nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def many_frames_gif(frames: int) -> bytes:
    head = b"GIF89a" + struct.pack("<HH", 1, 1) + b"\x80\0\0" + b"\0\0\0\xff\xff\xff"
    frame = b"\x21\xf9\x04\0\x01\0\0\0" + b"\x2c\0\0\0\0\x01\0\x01\0\0" + b"\x02\x02\x44\x01\0"
    return head + frame * frames + b"\x3b"
