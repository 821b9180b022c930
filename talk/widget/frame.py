"""The document inside the panel. Only the inbox's own sites may frame it."""

import re
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from talk.models import Inbox
from talk.origins import normalized, socket_origin
from talk.widget.offers import offers_of

# No pattern and nothing that could end the directive: the list goes into a header.
PLAIN = re.compile(r"https?://[a-z0-9._-]+:\d{1,5}")


@require_safe
def serve_frame(request: HttpRequest, public_id: str) -> HttpResponseBase:
    inbox = get_object_or_404(Inbox, public_id=public_id, kind=Inbox.Kind.WEB, is_active=True)
    origins = [origin for origin in map(written, inbox.allowed_origins) if origin]
    offers = offers_of(inbox)

    @csp(frame_policy(origins))
    def frame(request: HttpRequest) -> HttpResponse:
        shown: dict[str, Any] = {"inbox": inbox, "origins": " ".join(origins), "offers": offers}
        return render(request, "widget/frame.html", shown)

    response = frame(request)
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


def frame_policy(origins: list[str]) -> dict[str, list[str]]:
    """Return a policy under which the frame runs our own files and nothing else."""
    return {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:"],
        "connect-src": [SELF, socket_origin(settings.PUBLIC_URL)],
        "base-uri": [NONE],
        "form-action": [NONE],
        "frame-ancestors": origins or [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": [NONE],
        "report-uri": ["/csp-report"],
    }
