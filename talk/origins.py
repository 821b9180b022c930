"""Which origins may open sockets: exact scheme, host and port, nothing else (no pattern)."""

from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

DEFAULT_PORTS = {"http": 80, "https": 443}


@lru_cache(1024)  # everybody sends it with each handshake
def normalized(origin: str) -> str | None:
    """Return `scheme://host:port` with the port always written, or None for what is no origin."""
    if not origin or not origin.isascii() or origin != origin.strip():
        return None
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    if parts.path or parts.query or parts.fragment or origin.endswith(("?", "#", "/")):
        return None
    return f"{parts.scheme}://{parts.hostname.lower()}:{port or DEFAULT_PORTS[parts.scheme]}"


def socket_origin(origin: str) -> str:
    """Return where a page's sockets are: older engines do not count that as its 'self'."""
    return origin.replace("http", "ws", 1)


def console_origins() -> frozenset[str]:
    return _all_normalized((settings.PUBLIC_URL, *settings.CONSOLE_ORIGINS))


@lru_cache(8)
def _all_normalized(origins: tuple[str, ...]) -> frozenset[str]:
    return frozenset(origin for each in origins if (origin := normalized(each)) is not None)


def is_console_origin(origin: str | None) -> bool:
    known = normalized(origin) if origin else None
    return known is not None and known in console_origins()


def is_among(origin: str | None, allowed: list[str]) -> bool:
    """Whether the origin is one of an inbox's; the list is written by administrators."""
    known = normalized(origin) if origin else None
    return known is not None and known in {normalized(each) for each in allowed}


def origin_of(headers: list[tuple[bytes, bytes]]) -> str | None:
    """Return the one Origin header of an ASGI scope; None if there is none, or more than one."""
    values = [value for name, value in headers if name.lower() == b"origin"]
    if len(values) != 1:
        return None
    try:
        return values[0].decode("ascii")
    except UnicodeDecodeError:
        return None
