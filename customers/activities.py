"""The vocabulary of activities: what a customer can do, and how large a telling of it may be.

A new kind is a struct and one line in `KINDS`. Every other name is a custom activity, kept with
whatever properties the site gave it.
"""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

MAX_BATCH = 50
MAX_BYTES = 32 * 1024
MAX_DEPTH = 4
"""Objects and lists within each other in `props`."""
MAX_TEXT = 2048
KIND_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Page(msgspec.Struct, frozen=True):
    """A page was opened; with single-page navigation as well as by loading."""

    url: str
    title: str = ""
    referrer: str = ""


class PageLeave(msgspec.Struct, frozen=True):
    """The page was hidden or closed. `view` is the id of the activity that told of its opening."""

    url: str
    view: str = ""


class Custom(msgspec.Struct, frozen=True):
    """Anything a site tracks under a name of its own."""

    props: dict[str, Any]
    url: str = ""


Details = Page | PageLeave | Custom

KINDS: dict[str, type[Page] | type[PageLeave]] = {
    "page": Page,
    "page_leave": PageLeave,
}


class Activity(msgspec.Struct, frozen=True):
    """One accepted activity. `id` is the sender's and makes a repeat harmless."""

    id: UUID
    kind: str
    at: datetime
    details: Details


def props_of(details: Details) -> dict[str, Any]:
    """Return what the `props` column keeps: flat, so that segments name one path for every kind."""
    if not isinstance(details, Custom):
        return {name: value for name, value in msgspec.to_builtins(details).items() if value != ""}
    if details.url and "url" not in details.props:
        return {**details.props, "url": details.url}
    return details.props
