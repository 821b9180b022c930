"""Films are played from any place in them, and a large file is never in memory whole."""

import io

import pytest
from django.http import StreamingHttpResponse

from talk.ranges import PIECE, part_of, ranged_response


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("", (0, 99)),
        ("bytes=0-", (0, 99)),
        ("bytes=10-19", (10, 19)),
        ("bytes=90-500", (90, 99)),
        ("bytes=-10", (90, 99)),
        ("bytes=-500", (0, 99)),
        ("bytes=100-", None),
        ("bytes=-0", None),
        ("bytes=9-3", None),
        ("bytes=0-1,5-6", (0, 99)),
        ("bytes=-", (0, 99)),
        ("lines=1-2", (0, 99)),
    ],
)
def test_a_player_asks_for_a_part(asked: str, part: tuple[int, int] | None) -> None:
    assert part_of(asked, 100) == part


def test_a_part_is_answered_with_its_place() -> None:
    file = io.BytesIO(bytes(range(100)))
    response = ranged_response(file, 100, asked="bytes=10-19", media_type="video/mp4")
    assert isinstance(response, StreamingHttpResponse)
    assert response.getvalue() == bytes(range(10, 20))
    assert (response.status_code, response["Content-Range"], response["Content-Length"]) == (
        206,
        "bytes 10-19/100",
        "10",
    )


def test_the_whole_comes_in_pieces() -> None:
    content = b"x" * (2 * PIECE + 1)
    response = ranged_response(io.BytesIO(content), len(content), asked="", media_type="audio/mpeg")
    assert isinstance(response, StreamingHttpResponse)
    assert response.status_code == 200
    assert [len(piece) for piece in response] == [PIECE, PIECE, 1]


async def test_under_asgi_as_well() -> None:
    response = ranged_response(io.BytesIO(b"abcdef"), 6, asked="bytes=2-", media_type="video/mp4")
    assert isinstance(response, StreamingHttpResponse)
    assert b"".join([piece async for piece in response]) == b"cdef"


def test_beyond_the_end_nothing_is_sent() -> None:
    file = io.BytesIO(b"abc")
    response = ranged_response(file, 3, asked="bytes=3-", media_type="video/mp4")
    assert (response.status_code, response["Content-Range"], file.closed) == (
        416,
        "bytes */3",
        True,
    )
