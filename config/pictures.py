"""Operators' pictures. Their names are random; they were re-encoded when they were uploaded."""

import re

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

NAME = re.compile(r"[0-9a-f]{32}\.(png|jpg|webp)")
MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


@require_safe
def avatar(request: HttpRequest, name: str) -> FileResponse:
    """Serve a picture to anybody who has its name: visitors see who answers them."""
    match = NAME.fullmatch(name)
    path = f"avatars/{name}"
    if match is None or not default_storage.exists(path):
        raise Http404
    response = FileResponse(default_storage.open(path), content_type=MEDIA_TYPES[match[1]])
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # the widget shows them
    return response
