"""Websocket frames (RFC 6455, section 5.2; pure): those that we send, and short ones we receive.

A parser that knows all of the protocol costs more than everything else that is done with a short
text. So whole, short text frames are read here, and whatever else comes is left to that parser.
"""

import struct

TEXT = 1
BINARY = 2
FINAL, OPCODE = 0x80, 0x0F  # of the first byte
MASKED = 0x80  # of the second
WHOLE_TEXT = FINAL | TEXT
SHORT = 4096


def frame(opcode: int, payload: bytes) -> bytes:
    """Return one whole, unmasked frame."""
    size = len(payload)
    first = 0x80 | opcode
    if size < 126:
        return struct.pack("!BB", first, size) + payload
    if size < 1 << 16:
        return struct.pack("!BBH", first, 126, size) + payload
    return struct.pack("!BBQ", first, 127, size) + payload


class TextFrames:
    """Makes frames of texts; a hub sends the same one to many sockets in a row."""

    def __init__(self) -> None:
        self._last: tuple[str, bytes] = ("", b"")

    def frame(self, text: str) -> bytes:
        last, made = self._last
        if text is not last:
            made = frame(TEXT, text.encode())
            self._last = (text, made)
        return made


def take_text(data: bytes, at: int, most: int) -> tuple[str, int] | None:
    """Return the text of the frame that begins at `at`, and where the frame ends.

    None unless it is a whole, final, masked text frame of at most `most` bytes of UTF-8.
    """
    if len(data) < at + 6 or data[at] != WHOLE_TEXT:
        return None
    size, body = data[at + 1] - MASKED, at + 2
    if size == 126:
        size, body = int.from_bytes(data[body : body + 2]), body + 2
    elif not 0 <= size < 126:
        return None
    end = body + 4 + size
    if size > most or end > len(data):
        return None
    try:
        return _unmasked(data[body + 4 : end], data[body : body + 4]).decode(), end
    except UnicodeDecodeError:
        return None


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload) ^ int.from_bytes(key)).to_bytes(size)


def are_whole(data: bytes) -> bool:
    """Is the data nothing but whole masked frames, none of them a fragment of a message?"""
    at = 0
    while at < len(data):
        if len(data) < at + 2 or not data[at] & FINAL or not data[at] & OPCODE:
            return False
        size, body = data[at + 1] & 0x7F, at + 2
        if size > 125:
            wide = 2 if size == 126 else 8
            size, body = int.from_bytes(data[body : body + wide]), body + wide
        at = body + 4 + size
    return at == len(data)
