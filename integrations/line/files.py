"""Files that we send, at addresses that nobody can guess and that never run out.

LINE and its users fetch them without any login, the users' phones maybe weeks later. An address is
good for as long as its file is kept: who erases a conversation has erased what lies there.
"""

import base64
import hmac
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Literal, TypeVar
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from customers.sealing import keyed_digests
from integrations.line import renditions
from integrations.line.composing import Media
from integrations.line.durations import UnknownDuration, mp3_ms, mp4_ms
from talk.downloads import attachment_response
from talk.models import Attachment, Operator
from talk.pictures import PICTURE_TYPES, TooManyPictures
from talk.ranges import ranged_response

PURPOSE = "line-file"
PICTURES: dict[str, Callable[[BinaryIO], bytes]] = {
    "original.jpg": renditions.original,
    "preview.jpg": renditions.preview,
}
PLAYED = {"video/mp4": "video.mp4", "audio/mp4": "audio.m4a", "audio/mpeg": "audio.mp3"}
DURATIONS = {"audio/mp4": mp4_ms, "audio/mpeg": mp3_ms}
LONGEST_IN_ADDRESS = 60
BRIEFLY = "private, max-age=3600"
Response = TypeVar("Response", bound=HttpResponseBase)
Kind = Literal["image", "video", "audio", "file"]


def media_of(attachment: Attachment) -> Media:
    """Return how a file is sent: as what it is where LINE can show it, else as a link."""
    kind = _kind_of(attachment)
    name, size = attachment.name, attachment.size
    if kind == "image":
        return Media(
            kind, url_of(attachment, "original.jpg"), name, size, url_of(attachment, "preview.jpg")
        )
    if kind == "file":
        return Media(kind, url_of(attachment, _short(name)), name, size)
    url = url_of(attachment, PLAYED[attachment.media_type])
    if kind == "video":
        return Media(kind, url, name, size, url_of(attachment, "cover.jpg"))
    try:
        return Media(kind, url, name, size, duration_ms=_duration_ms(attachment))
    except UnknownDuration:
        return Media("file", url_of(attachment, _short(name)), name, size)


def _short(name: str) -> str:
    """Return the end of a file's name, as its address has it: LINE takes 1,000 characters, and a
    letter of Japanese has nine here.
    """
    return quote(name[-LONGEST_IN_ADDRESS:], safe="")


def is_kept(attachment: Attachment) -> bool:
    return _path(attachment.file.name).is_file()


def url_of(attachment: Attachment, rendition: str) -> str:
    place = reverse("line_file", args=[_signature(attachment.id), attachment.id, "-"])
    return f"{settings.PUBLIC_URL}{place.removesuffix('-')}{rendition}"


def icon_url_of(operator: Operator) -> str:
    """Return where LINE finds an operator's picture; "" for none."""
    if not operator.avatar:
        return ""
    name = str(operator.avatar.name).rpartition("/")[2]
    return f"{settings.PUBLIC_URL}{reverse('line_icon', args=[name.partition('.')[0]])}"


def _kind_of(attachment: Attachment) -> Kind:
    if attachment.media_type in PICTURE_TYPES:
        return "image"
    if attachment.media_type == "video/mp4":
        return "video"
    return "audio" if attachment.media_type in PLAYED else "file"


def _duration_ms(attachment: Attachment) -> int:
    with _open(attachment) as file:
        return DURATIONS[attachment.media_type](file)


@require_safe
def line_file(request: HttpRequest, signature: str, id: UUID, name: str) -> HttpResponseBase:
    """Serve a file to anybody who has its address."""
    attachment = Attachment.objects.filter(id=id, message__isnull=False).first()
    if attachment is None or not _is_signed(id, signature):
        raise Http404
    if name in PICTURES and attachment.media_type in PICTURE_TYPES:
        return _picture(attachment, PICTURES[name])
    if name == "cover.jpg" and attachment.media_type == "video/mp4":
        return _kept(HttpResponse(renditions.cover(), content_type="image/jpeg"))
    if name == PLAYED.get(attachment.media_type):
        return _kept(_played(request, attachment))
    return attachment_response(request, attachment)


@require_safe
def line_icon(request: HttpRequest, name: str) -> HttpResponse:
    """Serve an operator's picture as LINE wants it; its name is as random as its own address is."""
    operator = Operator.objects.filter(avatar__startswith=f"avatars/{name}.").first()
    if operator is None or len(name) != 32:
        raise Http404
    return _made(str(operator.avatar.name), renditions.icon, "image/png")


def _played(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """Players ask for parts, and some play nothing that comes only whole."""
    asked, kind = request.headers.get("Range", ""), attachment.media_type
    return ranged_response(_open(attachment), attachment.size, asked=asked, media_type=kind)


def _picture(attachment: Attachment, make: Callable[[BinaryIO], bytes]) -> HttpResponse:
    return _made(str(attachment.file.name), make, "image/jpeg")


def _made(place: str, make: Callable[[BinaryIO], bytes], media_type: str) -> HttpResponse:
    try:
        with _path(place).open("rb") as file:
            return _kept(HttpResponse(make(file), content_type=media_type))
    except FileNotFoundError:
        raise Http404 from None
    except TooManyPictures:
        return HttpResponse(status=503, headers={"Retry-After": "5"})


def _open(attachment: Attachment) -> BinaryIO:
    try:
        return _path(attachment.file.name).open("rb")
    except FileNotFoundError:
        raise Http404 from None


def _path(name: str | None) -> Path:
    return Path(default_storage.path(str(name)))


def _kept(response: Response) -> Response:
    response["Cache-Control"] = BRIEFLY
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _signature(id: UUID) -> str:
    return _text(keyed_digests(id.hex, PURPOSE)[0])


def _is_signed(id: UUID, signature: str) -> bool:
    every = keyed_digests(id.hex, PURPOSE)
    return any(hmac.compare_digest(_text(each), signature) for each in every)


def _text(digest: bytes) -> str:
    """Return 43 letters: what our logs strike out of addresses."""
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
