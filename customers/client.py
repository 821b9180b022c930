"""What a browser tells of itself beside what its visitor does."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from customers.cleaning import clean_text

LONGEST_HEADER = 512
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")
TIME_ZONE = re.compile(r"[A-Za-z0-9_+\-/]{1,64}")
SCREEN = re.compile(r"[0-9]{2,5}x[0-9]{2,5}")


Consent = Literal["", "granted", "denied", "gpc"]
"""Whether they may be tracked: "" when nobody has asked them, "gpc" when their browser says no."""
REFUSALS: tuple[Consent, ...] = ("denied", "gpc")
SentAt = Annotated[datetime, Meta(tz=True)]
"""The time on a sender's own clock when it sent; without its zone it compares with none."""


class ClientFacts(msgspec.Struct, frozen=True):
    """The sender of a batch. An empty value means: not told, keep what is known.

    `brands`, `is_mobile`, `platform` and `platform_version` are User-Agent Client Hints
    (`Sec-CH-UA…`), as sent. `sent_at` as `SentAt`.
    """

    user_agent: str = ""
    brands: str = ""
    is_mobile: str = ""
    platform: str = ""
    platform_version: str = ""
    language: str = ""
    time_zone: str = ""
    screen: str = ""
    consent: Consent = ""
    sent_at: datetime | None = None


def client_facts(
    headers: Mapping[str, str],
    *,
    language: object = "",
    time_zone: object = "",
    screen: object = "",
    consent: Consent = "",
    sent_at: datetime | None = None,
) -> ClientFacts:
    """Return the facts of a request.

    `headers` is any mapping that finds `User-Agent` (Django's `request.headers` does). Values that
    are not what they should be (`"ja-JP"`, `"Asia/Tokyo"`, `"1920x1080"`) count as not told.
    """
    return ClientFacts(
        user_agent=_header(headers, "User-Agent"),
        brands=_header(headers, "Sec-CH-UA-Full-Version-List") or _header(headers, "Sec-CH-UA"),
        is_mobile=_header(headers, "Sec-CH-UA-Mobile"),
        platform=_header(headers, "Sec-CH-UA-Platform"),
        platform_version=_header(headers, "Sec-CH-UA-Platform-Version"),
        language=_told(language, LANGUAGE),
        time_zone=_told(time_zone, TIME_ZONE),
        screen=_told(screen, SCREEN),
        consent=consent,
        sent_at=sent_at,
    )


def _header(headers: Mapping[str, str], name: str) -> str:
    return clean_text(headers.get(name, ""), LONGEST_HEADER)


def _told(value: object, shape: re.Pattern[str]) -> str:
    return value if isinstance(value, str) and shape.fullmatch(value) else ""
