"""Short texts are read without the full parser; whatever is not surely one is left to it."""

import pytest

from config.server.frames import TextFrames, are_whole, take_text
from tests.server.raw import masked

MOST = 4096


@pytest.mark.parametrize("text", ["", "a", "配送予定日", "x" * 125, "x" * 126, "x" * MOST])
def test_a_whole_masked_text_is_read(text: str) -> None:
    data = masked(1, text.encode())
    assert take_text(data, 0, MOST) == (text, len(data))
    assert take_text(b"before" + data + b"after", 6, MOST) == (text, 6 + len(data))
    assert are_whole(data + data)


@pytest.mark.parametrize(
    "data",
    [
        masked(2, b"bytes"),
        masked(9, b"ping"),
        masked(1, b"fragment", fin=False),
        masked(0, b"the rest"),
        masked(1, b"\xff\xfe"),
        masked(1, b"x" * (MOST + 1)),
        masked(1, b"x" * 70_000),
        masked(1, b"cut off")[:-1],
        b"\x81\x02hi",  # not masked
        b"\xc1\x80\0\0\0\0",  # a reserved bit
        b"\x81",
        b"",
    ],
)
def test_anything_else_is_left_to_the_parser(data: bytes) -> None:
    assert take_text(data, 0, MOST) is None


@pytest.mark.parametrize(
    "data",
    [
        masked(1, b"fragment", fin=False),
        masked(0, b"the rest"),
        masked(1, b"cut off")[:-1],
        masked(1, b"x" * 70_000)[:-1],
        b"\x81",
    ],
)
def test_after_part_of_a_message_nothing_is_taken_past_the_parser(data: bytes) -> None:
    assert not are_whole(data)
    assert not are_whole(masked(9, b"ping") + data)


def test_the_same_text_is_framed_once() -> None:
    frames, text = TextFrames(), "同じ"
    assert frames.frame(text) is frames.frame(text)
    assert frames.frame("x" * 130)[:4] == b"\x81\x7e\x00\x82"
