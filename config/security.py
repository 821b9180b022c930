"""Security headers: one strict policy for every page, and where it is loosened, and why.

A view that needs another policy says so with `csp.decorators` (the widget's frame, the demo shop).
"""

import re
from collections.abc import MutableMapping
from typing import Any

from csp.constants import NONCE, NONE, SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from talk.origins import socket_origin

TRUSTED_TYPES = {"require-trusted-types-for": ["'script'"], "trusted-types": ["lit-html"]}

# Features that no page of ours uses; a page that was broken into cannot either.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid",
        "magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
    )
)  # fmt: skip

# The admin's jQuery 3 feeds strings to innerHTML, and so does Swagger UI: under Trusted Types
# both would fail. All else of the policy holds there, so no string becomes a script.
WITHOUT_TRUSTED_TYPES = re.compile(r"^/(admin|api/docs)/")


def content_policy(public_url: str) -> dict[str, Any]:
    """Return django-csp's setting for the console served at `public_url`."""
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF, NONCE],
            "style-src": [SELF],
            "img-src": [SELF, "blob:", "data:"],
            "font-src": [SELF],
            "media-src": [SELF, "blob:"],
            "connect-src": [SELF, socket_origin(public_url)],
            "manifest-src": [SELF],
            "worker-src": [SELF],
            "base-uri": [NONE],
            "object-src": [NONE],
            "form-action": [SELF],
            "frame-ancestors": [NONE],
            "report-uri": ["/csp-report"],
            **TRUSTED_TYPES,
        }
    }


class ContentPolicyMiddleware(CSPMiddleware):
    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if parts.replace is None and WITHOUT_TRUSTED_TYPES.match(request.path_info):
            parts.replace = dict.fromkeys(TRUSTED_TYPES)
        return parts


def add_static_headers(headers: MutableMapping[str, str], path: str, url: str) -> None:
    """Give a static file what `SecurityMiddleware` gives a page: it is served before that one."""
    headers["Permissions-Policy"] = PERMISSIONS_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = settings.SECURE_REFERRER_POLICY
    headers["Cross-Origin-Opener-Policy"] = settings.SECURE_CROSS_ORIGIN_OPENER_POLICY
    if settings.SECURE_HSTS_SECONDS:
        headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"


class HeadersMiddleware(MiddlewareMixin):
    """Stands before all that make pages, so that it sees every one."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        session = getattr(request, "session", None)
        if session is not None and session.accessed:
            # What one operator sees stays out of every cache, the browser's own included.
            response.headers.setdefault("Cache-Control", "no-store")
        return response
