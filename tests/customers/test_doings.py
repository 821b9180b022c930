"""What customers did that has no block of its own: what is told of it, and how it is kept short."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from customers import doings
from customers.activities import KINDS, Activity, read
from customers.context import ContextData, Facts, advance
from customers.doings import Did
from customers.ids import uuid7
from customers.rebuilding import joined
from customers.replaying import replay

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


def did(kind: str, minute: int = 0, **props: Any) -> Activity:
    details, extra = read(kind, props)
    return Activity(uuid7(), kind, NOON + timedelta(minutes=minute), details, extra)


@pytest.mark.parametrize(
    ("activity", "text", "hits"),
    [
        (did("contact_click", place="footer"), "footer", None),
        (did("contact_click"), "", None),
        (did("faq_view", faq_id="7", title="返品の方法"), "返品の方法", None),
        (did("faq_view", faq_id="7"), "7", None),
        (did("faq_search", q="返品", hits=0), "返品", 0),
        (
            did("survey_answer", survey="nps", q="理由", value=["早い", "親切"]),
            "理由: 早い, 親切",
            None,
        ),
        (did("survey_answer", survey="nps", value=9), "nps: 9", None),
        (did("survey_answer", survey="nps"), "nps: ", None),
        (
            did("coupon_used", code="SUMMER", off=10, ok=True, d=1),
            "code: SUMMER, off: 10, ok: true",
            None,
        ),
        (did("wish"), "", None),
        (did("wish", url="https://s.example/?q=1", title="x", what="tea"), "what: tea", None),
        (did("wish", list=[1], more={"a": 1}, long="x" * 200), f"long: {'x' * 114}", None),
    ],
)
def test_what_was_done_is_told_in_a_few_words(
    activity: Activity, text: str, hits: int | None
) -> None:
    assert doings.after((), activity) == (Did(activity.kind, text, NOON, 1, hits),)


def test_every_kind_feeds_the_context() -> None:
    """No activity of the vocabulary, and none of a site's own, is only stored."""
    told = {
        "page": {"url": "https://s.example/"},
        "page_leave": {"url": "https://s.example/", "seconds": 4},
        "item_view": {"item_id": "1"},
        "cart": {"items": [{"item_id": "1"}]},
        "faq_search": {"q": "x"},
        "survey_answer": {"survey": "nps"},
    }
    start = advance(ContextData(), did("page", url="https://s.example/"), Facts())
    still = [
        kind
        for kind in (*KINDS, "wish")
        if advance(start, did(kind, **told.get(kind, {})), Facts()) == start
    ]
    assert still == []


def test_the_same_again_is_one_line_and_the_newest_ten_stay() -> None:
    known: tuple[Did, ...] = ()
    for minute in (3, 1, 2):
        known = doings.after(known, did("contact_click", minute, place="footer"))
    assert known == (Did("contact_click", "footer", NOON + timedelta(minutes=3), 3),)
    for minute in range(10, 22):
        known = doings.after(known, did("faq_view", minute, title=str(minute)))
    assert [one.text for one in known] == [str(minute) for minute in range(21, 11, -1)]


def test_joined_customers_did_what_both_did_and_a_replay_tells_it_again() -> None:
    one = advance(ContextData(), did("faq_search", 1, q="返品", hits=3), Facts())
    other = advance(ContextData(), did("contact_click", 2), Facts())
    both = joined(one, other).did
    assert [entry.kind for entry in both] == ["contact_click", "faq_search"]
    at = NOON + timedelta(minutes=1)
    rows = [(uuid7(), "faq_search", '{"q": "返品", "hits": 3}', at, True)]
    assert replay(rows).did == one.did
