"""Cart, items, orders and errors beside the conversation."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from customers import activities, shopping
from customers.actions import create_visitor_profile
from customers.activities import Cart, ErrorShown, Item, ItemView, Order
from customers.client import ClientFacts
from customers.ids import uuid7
from customers.ingest import Outcome, record
from customers.ingest_steps import Drop
from customers.models import Activity, Context
from customers.shopping import Shopping

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
TEA, CUP = Item("tea", "煎茶", 1200, 2), Item("cup", "湯のみ", 800)


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def play(*steps: tuple[msgspec.Struct, int]) -> Shopping:
    known = Shopping()
    for details, minute in steps:
        known = shopping.after(known, details, at(minute))
    return known


def test_the_newest_cart_is_shown_whatever_comes_late() -> None:
    known = play((Cart((TEA, CUP)), 2), (Cart((TEA,)), 1))
    assert known.cart is not None
    assert [line.item_id for line in known.cart.lines] == ["tea", "cup"]
    assert (known.cart.quantity, known.cart.total) == (3, 3200)


@pytest.mark.parametrize("emptied", [Cart(), Cart((TEA,), status=False)])
def test_ac22_an_emptied_cart_has_no_lines(emptied: Cart) -> None:
    known = play((Cart((TEA,)), 1), (emptied, 2))
    assert known.cart == shopping.CartNow(at(2))


def test_an_order_empties_the_cart_it_was_made_of() -> None:
    known = play((Cart((TEA,)), 1), (Order("Y1", 2400, (TEA,)), 2))
    assert known.order is not None
    assert (known.order.id, known.order.revenue) == ("Y1", 2400)
    assert known.cart == shopping.CartNow(at(2))
    late = play((Cart((TEA,)), 1), (Cart((CUP,)), 3), (Order("Y1", 2400, (TEA,)), 2))
    assert late.cart is not None
    assert [line.item_id for line in late.cart.lines] == ["cup"]


def test_an_item_stands_once_as_it_was_seen_last() -> None:
    views = [(ItemView(f"i{n}"), n) for n in range(12)]
    known = play(*views, (ItemView("i5", "五"), 20), (ItemView("i5", "古い"), 3))
    assert [item.item_id for item in known.items][:3] == ["i5", "i11", "i10"]
    assert known.items[0].name == "五"
    assert len(known.items) == shopping.MAX_ITEMS


def test_equal_errors_after_each_other_are_counted() -> None:
    wrong, other = ErrorShown("違います", "login"), ErrorShown("切れました", "session")
    known = play((wrong, 1), (wrong, 2), (other, 3), *((wrong, n) for n in range(4, 9)))
    assert [(error.message, error.count) for error in known.errors] == [
        ("違います", 5),
        ("切れました", 1),
        ("違います", 2),
    ]


def test_what_two_know_of_one_person_is_joined() -> None:
    one = play((ItemView("a"), 1), (Cart((TEA,)), 1))
    other = play((ItemView("b"), 2), (Cart((CUP,)), 2), (Order("Y1"), 1))
    both = shopping.joined(one, other)
    assert both == shopping.joined(other, one)
    assert [item.item_id for item in both.items] == ["b", "a"]
    assert both.cart is not None
    assert both.cart.lines[0].item_id == "cup"


@pytest.mark.parametrize(
    ("kind", "props"),
    [
        ("item_view", {}),
        ("item_view", {"item_id": 5}),
        ("cart", {"items": "tea"}),
        ("cart", {"items": [{"name": "no id"}]}),
        ("order", {"revenue": "much"}),
        ("faq_search", {"q": None}),
    ],
)
def test_a_known_name_with_wrong_properties_is_malformed(kind: str, props: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        activities.read(kind, props)


def test_numbers_may_be_text_and_other_properties_are_kept() -> None:
    details, extra = activities.read("item_view", {"item_id": "a", "price": "1200", "tone": "藍"})
    assert details == ItemView("a", price=1200)
    assert extra == {"tone": "藍"}


def told(kind: str, props: dict[str, Any], **more: Any) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    return {"id": str(uuid7()), "kind": kind, "at": now, "props": props, **more}


def tell(profile_id: UUID, *batch: dict[str, Any]) -> list[Outcome]:
    return record(profile_id, batch, client=ClientFacts())


@pytest.mark.django_db
def test_what_is_told_reaches_the_row_that_the_sidebar_reads() -> None:
    profile = create_visitor_profile()
    items = [{"item_id": "tea", "name": "煎茶", "price": 1200, "quantity": 2}]
    tell(
        profile.id,
        told("item_view", {"item_id": "tea", "name": "煎茶", "color": "緑"}),
        told("cart", {"items": items, "total": 2400}),
        told("error", {"kind": "login_failed", "message": "違います"}, url="https://s.example/a"),
    )
    known = Context.objects.get(customer_id=profile.customer_id).data["shopping"]
    assert known["cart"]["lines"][0]["name"] == "煎茶"
    assert known["items"][0]["item_id"] == "tea"
    assert known["errors"][0]["url"] == "https://s.example/a"
    stored = Activity.objects.get(profile=profile, kind="item_view").props
    assert stored == {"item_id": "tea", "name": "煎茶", "color": "緑"}


@pytest.mark.django_db
def test_ac21_batch_hygiene() -> None:
    profile = create_visitor_profile()
    batch = [told("page", {}, url=f"https://s.example/{n}", title=f"{n}") for n in range(20)]
    batch[3]["id"], batch[5]["id"] = batch[2]["id"], batch[4]["id"]
    batch[7] = told("note", {"text": "x" * 33_000})
    batch[9]["at"] = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    batch[11]["title"] = "a\x00b"
    outcomes = [outcome.dropped for outcome in tell(profile.id, *batch)]
    assert outcomes.count(None) == 17
    assert [outcomes[n] for n in (3, 5, 7)] == [Drop.REPEATED, Drop.REPEATED, Drop.TOO_LARGE]
    rows = {row.props["url"][-2:]: row for row in Activity.objects.filter(profile=profile)}
    assert rows["/9"].at == rows["/9"].received_at
    assert rows["11"].props["title"] == "ab"
    again = [outcome.dropped for outcome in tell(profile.id, *batch)]
    assert None not in again
