"""For the sidebar: what else the customer did: where they looked for help, what they answered, and
what a site tracks under names of its own."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from customers.activities import (
    Activity,
    ContactClick,
    Custom,
    FaqSearch,
    FaqView,
    SurveyAnswer,
)
from customers.folding import folded

MAX_DID = 10
MAX_WORDS = 120
MOST_NAMED = 3
"""So many properties of a site's own activity tell it from another."""
OF_PAGES = frozenset({"url", "title", "referrer"})
"""What any activity tells of the page it was on; that is the trail's."""


class Did(msgspec.Struct, frozen=True):
    """One thing done, `count` times with nothing else in between, for the last time `at`.

    `hits` is how much a search found: 0 is what they did not find.
    """

    kind: str
    text: str
    at: datetime
    count: int = 1
    hits: int | None = None


def after(known: tuple[Did, ...], activity: Activity) -> tuple[Did, ...]:
    """Return what is known after an activity; kinds with a place of their own change nothing."""
    did = _did(activity)
    return joined(known, (did,)) if did else known


def joined(one: Iterable[Did], other: Iterable[Did]) -> tuple[Did, ...]:
    """Return what both did as of one person."""
    return folded(
        (*one, *other),
        what=lambda did: (did.kind, did.text, did.hits),
        together=lambda newer, older: msgspec.structs.replace(
            newer, count=newer.count + older.count
        ),
        most=MAX_DID,
    )


def _did(activity: Activity) -> Did | None:
    match activity.details:
        case ContactClick(place=text) | FaqView(title=text) if text:
            return _told(activity, text)
        case ContactClick():
            return _told(activity, "")
        case FaqView(faq_id=text):
            return _told(activity, text)
        case FaqSearch(q=text, hits=hits):
            return _told(activity, text, hits)
        case SurveyAnswer() as answer:
            return _told(activity, _answer(answer))
        case Custom(props=props):
            named = [pair for pair in props.items() if pair[0] not in OF_PAGES]
            return _told(activity, ", ".join(_words(named)))
    return None


def _told(activity: Activity, text: str, hits: int | None = None) -> Did:
    return Did(activity.kind, text[:MAX_WORDS], activity.at, hits=hits)


def _answer(answer: SurveyAnswer) -> str:
    asked = answer.q or answer.survey
    given = answer.value
    return f"{asked}: {', '.join(given) if isinstance(given, list) else _scalar(given)}"


def _words(named: Iterable[tuple[str, object]]) -> Iterator[str]:
    """Yield the first properties that are one word or number."""
    plain = ((name, value) for name, value in named if isinstance(value, str | int | float))
    for _, (name, value) in zip(range(MOST_NAMED), plain, strict=False):
        yield f"{name}: {_scalar(value)}"


def _scalar(value: object) -> str:
    """As it was told, in JSON's words for yes and no."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else msgspec.json.encode(value).decode()
