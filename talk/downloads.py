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
from django.utils.http import content_disposition_header, parse_etags

from talk.errors import NotFound
from talk.models import Attachment
from talk.pictures import PICTURE_TYPES

CHUNK = 64 * 1024


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


def attachment_response(request: HttpRequest, attachment: Attachment) -> HttpResponse:
    """Answer with the file. The caller has checked that the asker may have it.

    Only pictures, which we encoded ourselves, may be shown in place. The browser asks again each
    time, so that a lost right counts at once; what has not changed is not sent again.
    """
    etag = f'"{attachment.id.hex}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(_read(attachment), content_type=attachment.media_type)
    is_picture = attachment.media_type in PICTURE_TYPES
    shown = content_disposition_header(not is_picture, attachment.name)
    response["Content-Disposition"] = shown or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = etag
    return response


def _read(attachment: Attachment) -> bytes:
    try:
        with default_storage.open(str(attachment.file.name)) as file:
            return bytes(file.read())
    except FileNotFoundError:
        raise NotFound from None
