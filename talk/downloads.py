"""How a stored file leaves: never as a document of our origin."""

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import content_disposition_header, parse_etags

from talk.errors import NotFound
from talk.models import Attachment
from talk.pictures import PICTURE_TYPES


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
