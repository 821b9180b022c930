"""Large files leave piece by piece, and players ask for the part that they need (RFC 9110, 14)."""

import asyncio
import re
import weakref
from collections.abc import AsyncIterator, Iterator
from typing import IO

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

PIECE = 64 * 1024
_ONE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


def ranged_response(file: IO[bytes], size: int, *, asked: str, media_type: str) -> HttpResponseBase:
    """Answer with the whole file, or with the one part that a `Range` header asks for."""
    wanted = part_of(asked, size)
    if wanted is None:
        file.close()
        refusal = HttpResponse(status=416)
        refusal["Content-Range"] = f"bytes */{size}"
        return refusal
    first, last = wanted
    response = _Pieces(file, first, last, media_type)
    response["Accept-Ranges"] = "bytes"
    response["Content-Length"] = str(last - first + 1)
    if asked and (first, last) != (0, size - 1):
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def part_of(asked: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte: of all for what is no single range, None beyond the end."""
    match = _ONE.fullmatch(asked.strip())
    if match is None or match.groups() == ("", ""):
        return 0, size - 1
    first, last = match.groups()
    if first == "":
        return (max(0, size - int(last)), size - 1) if int(last) else None
    if int(first) >= size or (last and int(last) < int(first)):
        return None
    return int(first), min(int(last or size), size - 1)


class _Pieces(StreamingHttpResponse):
    def __init__(self, file: IO[bytes], first: int, last: int, media_type: str) -> None:
        self._file, self._left = file, last - first + 1
        file.seek(first)
        super().__init__(self._pieces(), content_type=media_type)
        weakref.finalize(self, file.close)  # whoever asked may have gone before it was sent

    def _pieces(self) -> Iterator[bytes]:
        while piece := self._next():
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Under ASGI Django would read all of an ordinary iterator at once."""
        while piece := await asyncio.to_thread(self._next):
            yield piece

    def _next(self) -> bytes:
        piece = self._file.read(min(PIECE, self._left))
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        super().close()
        self._file.close()
