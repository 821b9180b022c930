"""What a handshake's headers say."""

from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings


def header_of(scope: dict[str, Any], name: bytes) -> str:
    """Return the first header of the (lower-case) name, '' without one."""
    found = (value for each, value in scope["headers"] if each == name)
    return next(found, b"").decode("latin-1")


def session_key(scope: dict[str, Any]) -> str:
    """Return the session cookie's value, '' without one."""
    try:
        cookies = SimpleCookie(header_of(scope, b"cookie"))
    except CookieError:
        return ""
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""
