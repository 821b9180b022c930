"""How long a sound is, read from its file: LINE wants to be told. MP4 (m4a) and MP3."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

MOST_BOXES = 1_000
# By version (MPEG 1, others) and index: kbit/s of layer III, and samples a second.
BITRATES = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


class UnknownDuration(ValueError):
    pass


def mp4_ms(file: BinaryIO) -> int:
    """Return the length that the movie's header says, in ms; raise `UnknownDuration`."""
    file.seek(0, 2)
    for kind, start, end in _boxes(file, 0, file.tell()):
        if kind == b"moov":
            for inner, at, _end in _boxes(file, start, end):
                if inner == b"mvhd":
                    return _header_ms(file, at)
    raise UnknownDuration("No header of a movie")


def mp3_ms(file: BinaryIO) -> int:
    """Return the length of all frames, in ms; raise `UnknownDuration`."""
    file.seek(0)
    data = file.read()
    samples_ms = sum(_frame_ms(data))
    if not samples_ms:
        raise UnknownDuration("No frames")
    return round(samples_ms)


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, and where its contents begin and end, of each box between two places."""
    for _ in range(MOST_BOXES):
        if start + 8 > end:
            return
        file.seek(start)
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            raw = file.read(8)
            if len(raw) < 8:
                return
            size, head = struct.unpack(">Q", raw)[0], 16
        size = size or end - start
        if size < head or start + size > end:
            return
        yield kind, start + head, start + size
        start += size


def _header_ms(file: BinaryIO, at: int) -> int:
    file.seek(at)
    raw = file.read(32)
    if len(raw) < 32:
        raise UnknownDuration("The header is cut off")
    if raw[0] == 1:
        scale, length = struct.unpack(">IQ", raw[20:32])
    else:
        scale, length = struct.unpack(">II", raw[12:20])
    if not scale or not length:
        raise UnknownDuration("The header tells none")
    return int(length * 1000 // scale)


def _frame_ms(data: bytes) -> Iterator[float]:
    at = _after_tag(data)
    while at + 4 <= len(data):
        length, ms = _frame(data[at : at + 4])
        if not length:
            at = data.find(b"\xff", at + 1)
            if at < 0:
                return
            continue
        yield ms
        at += length


def _after_tag(data: bytes) -> int:
    if data[:3] != b"ID3" or len(data) < 10:
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _frame(head: bytes) -> tuple[int, float]:
    """Return length in bytes and in ms of a frame; (0, 0) for what is none."""
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    is_frame = head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and layer == 1 and version != 1
    if not is_frame or bitrate in (0, 15) or rate == 3:
        return 0, 0
    kbits = BITRATES[version != 3][bitrate]
    hertz = RATES[version][rate]
    samples = 1152 if version == 3 else 576
    return samples // 8 * kbits * 1000 // hertz + (head[2] >> 1 & 1), samples * 1000 / hertz
