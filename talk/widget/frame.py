"""The document inside the panel. Only the inbox's own sites may frame it."""

import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from talk.models import Inbox
from talk.origins import normalized

# No pattern and nothing that could end the directive: the list goes into a header.
PLAIN = re.compile(r"https?://[a-z0-9._-]+:\d{1,5}")


@require_safe
def serve_frame(request: HttpRequest, public_id: str) -> HttpResponse:
    inbox = get_object_or_404(Inbox, public_id=public_id, kind=Inbox.Kind.WEB, is_active=True)
    origins = [origin for origin in map(written, inbox.allowed_origins) if origin]
    shown: dict[str, Any] = {"inbox": inbox, "origins": " ".join(origins)}
    response = render(request, "widget/frame.html", shown)
    response["Content-Security-Policy"] = frame_policy(origins)
    response["Cache-Control"] = "no-cache"
    response["Referrer-Policy"] = "no-referrer"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def written(origin: str) -> str | None:
    """Return the origin as browsers write it: no default port, or None for what is no origin."""
    full = normalized(origin)
    if full is None:
        return None
    if not PLAIN.fullmatch(full):
        return None
    scheme, _, rest = full.partition("://")
    default = {"http": ":80", "https": ":443"}[scheme]
    return f"{scheme}://{rest.removesuffix(default)}"


def frame_policy(origins: list[str]) -> str:
    """Return a policy under which the frame runs our own files and nothing else."""
    socket = settings.PUBLIC_URL.replace("http", "ws", 1)
    directives = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob:",
        "connect-src": f"'self' {socket}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": " ".join(origins) or "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
        "report-uri": "/csp-report",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())
