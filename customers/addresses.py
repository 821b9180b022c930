"""Web addresses of visited pages, without what must not reach an operator's screen or a log."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

LONGEST = 2048
SECRET_NAME = re.compile(
    r"e?-?mail|pass(word|wd|code)?$|token|secret|session|\bsid\b|auth|api_?key|signature|^sig$"
    r"|^code$|^state$|^otp$|phone|^tel$|card",
    re.IGNORECASE,
)
SECRET_VALUE = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|eyJ[\w-]{10,}\.[\w.-]*|[0-9a-fA-F]{32,}")
ROUTE = re.compile(r"!?/")


def clean_address(raw: str) -> str | None:
    """Return the http(s) address that may be kept, or None when it is none.

    Credentials go, parameters that look like secrets or personal data go, and so does the
    fragment unless it is a route of a single-page site (`#/cart`): implicit log-ins put tokens
    there.
    """
    if len(raw) > LONGEST or any(c.isspace() or ord(c) < 32 for c in raw):
        return None
    try:
        parts = urlsplit(raw)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host:
        return None
    fragment = parts.fragment if ROUTE.match(parts.fragment) else ""
    query = _kept_query(parts.query)
    return urlunsplit((parts.scheme, _netloc(host, port), parts.path or "/", query, fragment))


def origin(address: str) -> tuple[str, str]:
    """Return scheme and host with port, as equal for two pages of the same site."""
    parts = urlsplit(address)
    return parts.scheme, parts.netloc


def _netloc(host: str, port: int | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port is None else f"{name}:{port}"


def _kept_query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [pair for pair in pairs if not _is_secret(*pair)]
    # Unchanged text stays as it was written: re-encoding would alter what the operator sees.
    return query if len(kept) == len(pairs) else urlencode(kept)


def _is_secret(name: str, value: str) -> bool:
    return bool(SECRET_NAME.search(name) or SECRET_VALUE.search(value))
