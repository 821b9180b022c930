"""The vocabulary of activities: what a customer can do, and how large a telling of it may be.

A new kind is a struct and one line in `KINDS`. Every other name is a custom activity. Whatever
properties a site gives besides the known ones are kept with either.
"""

import re
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

MAX_BATCH = 50
MAX_BYTES = 32 * 1024
MAX_DEPTH = 4
"""Objects and lists within each other in `props`."""
MAX_TEXT = 2048
KIND_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


Text = Annotated[str, Meta(max_length=MAX_TEXT)]
Amount = Annotated[float, Meta(ge=-(2**53), le=2**53)]
Count = Annotated[int, Meta(ge=0, le=2**31)]


class Page(msgspec.Struct, frozen=True):
    """A page was opened; with single-page navigation as well as by loading."""

    url: str
    title: str = ""
    referrer: str = ""


class PageLeave(msgspec.Struct, frozen=True):
    """The page was hidden or closed after it had been visible for so many `seconds`.

    `view` is the id of the activity that told of its opening.
    """

    url: str
    view: str = ""
    seconds: Amount = 0


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """A thing that is sold. Prices are in the currency of the cart or order (ISO 4217)."""

    item_id: Text
    name: Text = ""
    price: Amount = 0
    quantity: Count = 1
    item_url: Text = ""
    item_image_url: Text = ""
    category: Text = ""
    brand: Text = ""


Items = Annotated[tuple[Item, ...], Meta(max_length=200)]


class ItemView(msgspec.Struct, frozen=True, omit_defaults=True):
    """An item was looked at."""

    item_id: Text
    name: Text = ""
    price: Amount = 0
    item_url: Text = ""
    item_image_url: Text = ""
    category: Text = ""
    brand: Text = ""
    url: str = ""


class Cart(msgspec.Struct, frozen=True, omit_defaults=True):
    """The whole cart as it is now, told at every change; `status` false says that it is empty."""

    items: Items = ()
    total: Amount = 0
    quantity: Count = 0
    currency: Text = ""
    status: bool = True
    url: str = ""


class Order(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something was bought. `id` is the shop's own number."""

    id: Text = ""
    revenue: Amount = 0
    items: Items = ()
    currency: Text = ""
    url: str = ""


class ErrorShown(msgspec.Struct, frozen=True, omit_defaults=True):
    """The site told the customer that something failed. Never what they had typed."""

    message: Text = ""
    kind: Text = ""
    message_id: Text = ""
    selector: Text = ""
    url: str = ""


class ContactClick(msgspec.Struct, frozen=True, omit_defaults=True):
    place: Text = ""
    url: str = ""


class FaqView(msgspec.Struct, frozen=True, omit_defaults=True):
    faq_id: Text = ""
    title: Text = ""
    url: str = ""


class FaqSearch(msgspec.Struct, frozen=True, omit_defaults=True):
    q: Text
    hits: Count = 0
    url: str = ""


class SurveyAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    survey: Text
    q: Text = ""
    value: str | float | bool | list[str] | None = None
    url: str = ""


class Custom(msgspec.Struct, frozen=True):
    """Anything a site tracks under a name of its own."""

    props: dict[str, Any]
    url: str = ""


PAGES = ("page", "page_leave")
"""Kinds that say nothing without the address of their page."""
KINDS: dict[str, type[msgspec.Struct]] = {
    "page": Page,
    "page_leave": PageLeave,
    "item_view": ItemView,
    "cart": Cart,
    "order": Order,
    "error": ErrorShown,
    "contact_click": ContactClick,
    "faq_view": FaqView,
    "faq_search": FaqSearch,
    "survey_answer": SurveyAnswer,
}


KNOWN = {
    kind: frozenset(field.name for field in msgspec.structs.fields(shape))
    for kind, shape in KINDS.items()
}
"""Names of properties by kind."""


class Activity(msgspec.Struct, frozen=True):
    """One accepted activity. `id` is the sender's and makes a repeat harmless.

    `extra` are the properties that its kind does not know.
    """

    id: UUID
    kind: str
    at: datetime
    details: msgspec.Struct
    extra: dict[str, Any] = {}


def read(kind: str, props: dict[str, Any], **about: Any) -> tuple[msgspec.Struct, dict[str, Any]]:
    """Return the details of a kind, and the properties that it does not know.

    `about` is what stands beside the properties (`ingest_steps.ABOUT`). Numbers may be text.
    Raises `msgspec.ValidationError`, naming the field.
    """
    shape = KINDS.get(kind)
    if shape is None:
        return Custom(props=props, url=about.get("url", "")), {}
    known = KNOWN[kind]
    own = {name: value for name, value in {**props, **about}.items() if name in known}
    details = msgspec.convert(own, shape, strict=False)
    return details, {name: value for name, value in props.items() if name not in known}


def props_of(activity: Activity) -> dict[str, Any]:
    """Return what the `props` column keeps: flat, so that segments name one path for every kind."""
    details = activity.details
    if not isinstance(details, Custom):
        told = {name: value for name, value in msgspec.to_builtins(details).items() if value != ""}
        return {**activity.extra, **told}
    if details.url and "url" not in details.props:
        return {**details.props, "url": details.url}
    return details.props
