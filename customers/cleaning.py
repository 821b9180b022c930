"""Values from outside, made storable: PostgreSQL's jsonb refuses what JSON itself allows.

One NUL or lone surrogate fails the whole statement, and with it everybody else's activities.
"""

import json
import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

LARGEST_EXACT = 2**53
"""Beyond it JavaScript rounds, so the browser's number was never exact."""
LONGEST_INTEGER_BITS = 256
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def read_json(text: bytes) -> Any:
    """Return the JSON value, also where a browser has cut an emoji in half or told 1e400.

    Raises `ValueError` (or `RecursionError`) for what is no JSON.
    """
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return json.loads(text)


def clean_text(text: str, longest: int) -> str:
    """Return the text without NUL, with U+FFFD for lone surrogates, cut to `longest` characters."""
    return UNSTORABLE.sub(_replacement, text[:longest])


def clean_value(value: object, longest: int) -> Any:
    """Return the JSON value with every text and number in it storable.

    Numbers that are not finite become null; those beyond 2**53 become their digits as text.
    """
    match value:
        case None | bool():
            return value
        case str():
            return clean_text(value, longest)
        case int() | float():
            return _clean_number(value, longest)
        case dict():
            return {
                clean_text(str(key), longest): clean_value(item, longest)
                for key, item in value.items()
            }
        case list() | tuple():
            return [clean_value(item, longest) for item in value]
    return None


def clean_time(moment: datetime) -> datetime | None:
    """Return the moment in UTC; None without a zone, and beyond the years 1 to 9999.

    PostgreSQL keeps those, and no program of ours could read the row again.
    """
    try:
        return None if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None


def is_deeper(value: object, levels: int) -> bool:
    """Whether objects and lists lie within each other more than `levels` deep."""
    inner: Iterable[object]
    match value:
        case dict():
            inner = value.values()
        case list() | tuple():
            inner = value
        case _:
            return False
    return levels == 0 or any(is_deeper(item, levels - 1) for item in inner)


def _replacement(found: re.Match[str]) -> str:
    return "" if found[0] == "\x00" else "�"


def _clean_number(value: float, longest: int) -> int | float | str | None:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if abs(value) <= LARGEST_EXACT:
        return value
    # Python refuses to print integers of thousands of digits, and nobody reads them.
    if isinstance(value, int) and value.bit_length() > LONGEST_INTEGER_BITS:
        return None
    return str(value)[:longest]
