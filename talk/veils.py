"""The keys of what customers do and operators keep, and what is left of it under a veil.

Who sees which key is for the mask to say (`talk.masking`); here stands what each is the key of.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from customers import doings
from customers.context import ContextData

Veil = frozenset[str]
NO_VEIL: Veil = frozenset()

NAME: Final = "name"
NOTES: Final = "customer.notes"
LABELS: Final = "customer.labels"
PAGES: Final = "context.pages"
DID: Final = "context.did"
SEGMENTS: Final = "context.segments"
# What customers do has classes too: the key, and the fields of `ContextData` it stands for.
CONTEXT_KEYS: Final[dict[str, tuple[str, ...]]] = {
    PAGES: ("page", "pages", "referrer"),
    "context.visits": (
        "visits",
        "visit_at",
        "first_seen",
        "last_seen",
        "consent",
        "inquiries",
    ),
    "context.device": ("device", "language", "time_zone", "screen"),
    DID: ("did",),
    SEGMENTS: ("segments",),
    "context.crm": ("crm",),
}
SHOPPING_KEYS: Final[dict[str, str]] = {
    "context.cart": "cart",
    "context.items": "items",
    "context.order": "order",
    "context.errors": "errors",
}
# What operators keep about customers: the key, and the field of `MarksRow`.
MARKS_KEYS: Final[dict[str, str]] = {LABELS: "label_ids", NOTES: "notes"}
# The kinds of activity that tell of a part; all others tell what they did.
ACTIVITIES: Final[dict[str, str]] = {
    "page": PAGES,
    "page_leave": PAGES,
    "item_view": "context.items",
    "cart": "context.cart",
    "order": "context.order",
    "error": "context.errors",
}
OF_CONTEXT: Final = frozenset({*CONTEXT_KEYS, *SHOPPING_KEYS})
OF_PAGES: Final = frozenset({*doings.OF_PAGES, "item_url"})
"""What any activity, and each item in it, may tell of a page."""
URL: Final = "url"
FAQ: Final = "faq_view"
"""Its title is its page's."""
ON_THE_WIRE: Final[Veil] = frozenset({NAME, *CONTEXT_KEYS, *SHOPPING_KEYS, *MARKS_KEYS})
"""All that events carry of customers beside what conversations hold."""
_EMPTY: Final[dict[str, Any]] = msgspec.json.decode(msgspec.json.encode(ContextData()))


def veiled(data: Mapping[str, Any], hidden: Veil) -> dict[str, Any]:
    """Return a context's data with what is hidden emptied."""
    told = dict(data)
    for key in hidden & CONTEXT_KEYS.keys():
        told |= {name: _EMPTY[name] for name in CONTEXT_KEYS[key]}
    parts = [SHOPPING_KEYS[key] for key in hidden & SHOPPING_KEYS.keys()]
    if parts and "shopping" in told:
        told["shopping"] = {
            **told["shopping"],
            **{name: _EMPTY["shopping"][name] for name in parts},
        }
    return _off_pages(told) if PAGES in hidden else told


def veiled_marks(marks: Mapping[str, Any], hidden: Veil) -> dict[str, Any]:
    """Return what is kept about a customer with what is hidden left out."""
    return {**marks, **{name: [] for key, name in MARKS_KEYS.items() if key in hidden}}


def nameless(data: Mapping[str, Any], dots: Callable[[Any], str]) -> dict[str, Any]:
    """Return a message's or note's data without the names of those who are in a group."""
    told = dict(data)
    if isinstance(author := told.get("author"), dict):
        told["author"] = {"name": dots(author.get("name"))}
    if isinstance(names := told.get("names"), list):
        told["names"] = [dots(name) for name in names]
    return told


def without_pages(props: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an activity tells without what it tells of pages, in its items either."""
    told = {name: value for name, value in props.items() if name not in OF_PAGES}
    if isinstance(items := told.get("items"), list):
        told["items"] = [without_pages(one) if isinstance(one, dict) else one for one in items]
    return told


def _off_pages(data: dict[str, Any]) -> dict[str, Any]:
    """Hidden pages are not told by what was done on them: an error, an item, an answer read."""
    told = dict(data)
    if "shopping" in data:
        told["shopping"] = _without_urls(data["shopping"])
    if "did" in data:
        told["did"] = [{**one, "text": ""} if one["kind"] == FAQ else one for one in data["did"]]
    return told


def _without_urls(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_without_urls(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: "" if name == URL else _without_urls(one) for name, one in value.items()}
