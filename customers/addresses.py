"""Web addresses of visited pages, without what must not reach an operator's screen or a log."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

LONGEST = 2048
SECRET_NAME = re.compile(
    r"e?-?mail|pass(word|wd|code)?$|token|secret|session|\bsid\b|auth|api_?key|signature|^sig$"
    r"|^code$|^state$|^otp$|phone|^tel$|card",
    re.IGNORECASE,
)
# Whoever chooses the address chooses what these look at: none may look twice at the same place.
MAIL = re.compile(r"[^@\s]@[^@\s]+\.[^@\s]")
HEXADECIMAL = re.compile(r"[0-9a-fA-F]{32}")
RUN = re.compile(r"[\w-]++\.?")
JWT_BEGINS = "eyJ"  # `{"` in Base64: of a JWT's header
SECRET_SIGN = re.compile(r"@|%40|eyJ")
"""Without any of these no part of a path is a secret that we know."""
ROUTE = re.compile(r"!?/")
ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
OF_PAGES = frozenset({"url", "referrer"})
LINKS = OF_PAGES | {"item_url", "item_image_url"}
"""Properties that are addresses, and nothing else."""


def clean_address(raw: str, listed: Sequence[str] | None = None) -> str | None:
    """Return the http(s) address that may be kept, or None when it is none.

    Credentials go, parameters and parts of the path that look like secrets or personal data go,
    and so does the fragment unless it is a route of a single-page site (`#/cart`): implicit log-ins
    put tokens there. Of the parameters only those `listed` stay (`utm_*`: all that begin so).
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
    path, query = _kept_path(parts.path) or "/", _kept_query(parts.query, listed)
    fragment = _kept_route(parts.fragment, listed)
    return urlunsplit((parts.scheme, _netloc(host, port), path, query, fragment))


def clean_links(
    props: Mapping[str, Any], page: str = "", listed: Sequence[str] | None = None
) -> dict[str, Any]:
    """Return the properties with every address in them clean, however deep; a bad one is "".

    What is told without its site is the `page`'s. `listed` counts for pages, not for what is sold:
    without its parameters an item's link may lead nowhere.
    """
    return {name: _clean_link(name, value, page, listed) for name, value in props.items()}


def _clean_link(name: str, value: Any, page: str, listed: Sequence[str] | None) -> Any:
    match value:
        case str() if name in LINKS and value:
            joined = _joined(page, value)
            return clean_address(joined, listed if name in OF_PAGES else None) or ""
        case str() if ADDRESS.fullmatch(value):
            return clean_address(value) or ""
        case dict():
            return clean_links(value, page, listed)
        case list():
            return [_clean_link(name, one, page, listed) for one in value]
    return value


def _joined(page: str, link: str) -> str:
    try:
        return urljoin(page, link)
    except ValueError:
        return ""


def origin(address: str) -> tuple[str, str]:
    """Return scheme and host with port, as equal for two pages of the same site."""
    parts = urlsplit(address)
    return parts.scheme, parts.netloc


def _netloc(host: str, port: int | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port is None else f"{name}:{port}"


def _kept_path(path: str) -> str:
    """A link of a mail may carry its secret in the path; there it leaves a gap."""
    if not SECRET_SIGN.search(path):
        return path
    parts = path.split("/")
    return "/".join("…" if _is_secret_part(unquote(part)) else part for part in parts)


def _kept_route(fragment: str, listed: Sequence[str] | None) -> str:
    if not ROUTE.match(fragment):
        return ""
    path, mark, query = fragment.partition("?")
    kept = _kept_query(query, listed)
    return _kept_path(path) + (mark + kept if kept else "")


def _kept_query(query: str, listed: Sequence[str] | None) -> str:
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [pair for pair in pairs if _is_listed(pair[0], listed) and not _is_secret(*pair)]
    # Unchanged text stays as it was written: re-encoding would alter what the operator sees.
    return query if len(kept) == len(pairs) else urlencode(kept)


def _is_listed(name: str, listed: Sequence[str] | None) -> bool:
    if listed is None:
        return True
    return any(name.startswith(one[:-1]) if one.endswith("*") else name == one for one in listed)


def _is_secret(name: str, value: str) -> bool:
    return bool(SECRET_NAME.search(name) or HEXADECIMAL.search(value)) or _is_secret_part(value)


def _is_secret_part(text: str) -> bool:
    return bool(MAIL.search(text)) or _has_token(text)


def _has_token(text: str) -> bool:
    """Whether a dot follows a JWT's beginning and ten characters or more of its header."""
    return any(run[-1] == "." and JWT_BEGINS in run[:-11] for run in RUN.findall(text))
