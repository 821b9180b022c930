"""Which request headers may reach the application (pure)."""

import re
from collections.abc import Iterable, Sequence

from config.server.limits import Limits

Header = tuple[bytes, bytes]

# All of C0 but the tab, and DEL: another parser behind us might take one for a line end.
_CONTROLS = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_FORWARDED = {b"x-forwarded-for", b"x-forwarded-proto"}


def fault(target: bytes, headers: Sequence[Header], limits: Limits) -> int:
    """Return the status that refuses this request line and these headers, or 0."""
    size = len(target) + sum(len(name) + len(value) for name, value in headers)
    if size > limits.header_bytes or len(headers) > limits.header_count:
        return 431
    return 400 if has_controls(value for _, value in headers) else 0


def has_controls(values: Iterable[bytes]) -> bool:
    """Is there a control character in one of the values?"""
    return any(_CONTROLS.search(value) for value in values)


def without_twins(headers: Iterable[Header]) -> list[Header]:
    """Drop what could pose as another header.

    `X_Forwarded_For` and `X-Forwarded-For` have the same name in a WSGI-like environment
    (CVE-2015-0219). The forwarded headers themselves are read here (`peer`) and only here.
    """
    return [
        (name, value)
        for name, value in headers
        if b"_" not in name and name.lower() not in _FORWARDED
    ]


def values_of(headers: Iterable[Header], wanted: bytes) -> list[str]:
    """Return the comma-separated values of a header that may be repeated, in order."""
    texts = [value.decode("latin-1") for name, value in headers if name.lower() == wanted]
    return [part.strip() for text in texts for part in text.split(",") if part.strip()]
