"""How a stored file leaves: never as a document of our origin."""

import asyncio
import weakref
from collections.abc import AsyncIterator
from functools import partial
from typing import IO

from django.core.files.storage import default_storage
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags

from talk.errors import NotFound
from talk.models import Attachment
from talk.pictures import PICTURE_TYPES
from talk.ranges import ranged_response

CHUNK = 64 * 1024
MOST_AT_ONCE = 1024 * 1024
PLAYED = ("audio/", "video/")


class FileResponse(StreamingHttpResponse):
    """Answer with a file that is made for one asker: no cache keeps it, and no browser shows it.

    Django's own would read all of it at once under ASGI.
    """

    def __init__(self, file: IO[bytes], *, name: str, media_type: str) -> None:
        super().__init__(iter(partial(file.read, CHUNK), b""), content_type=media_type)
        self.file = file
        weakref.finalize(self, file.close)  # whoever asked may have gone before it was sent
        self["Content-Disposition"] = f'attachment; filename="{name}"'
        self["Cache-Control"] = "no-store"
        self["X-Content-Type-Options"] = "nosniff"

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while chunk := await asyncio.to_thread(self.file.read, CHUNK):
            yield chunk

    def close(self) -> None:
        super().close()
        self.file.close()


def attachment_response(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """Answer with the file. The caller has checked that the asker may have it.

    Only pictures, which we encoded ourselves, may be shown in place; players take sound and film
    all the same. The browser asks again each time, so that a lost right counts at once; what has
    not changed is not sent again.
    """
    etag = f'"{attachment.id.hex}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        response = _content(request, attachment)
    is_picture = attachment.media_type in PICTURE_TYPES
    shown = content_disposition_header(not is_picture, attachment.name)
    response["Content-Disposition"] = shown or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = etag
    return response


def _content(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    try:
        file = default_storage.open(str(attachment.file.name))
    except FileNotFoundError:
        raise NotFound from None
    media_type, asked = attachment.media_type, request.headers.get("Range", "")
    if file.size > MOST_AT_ONCE or media_type.startswith(PLAYED):
        return ranged_response(file, file.size, asked=asked, media_type=media_type)
    with file:
        return HttpResponse(file.read(), content_type=media_type)
