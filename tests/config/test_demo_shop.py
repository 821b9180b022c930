"""The demo shop: its pages, and the track calls that they make once."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from config.demo.catalogue import BY_SLUG, CATEGORIES, ITEMS
from config.demo.data.words import GOODS
from config.demo.members import MEMBERS
from talk.models import Inbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox() -> Inbox:
    return Inbox.objects.create(name="オンラインショップ", allowed_origins=[settings.PUBLIC_URL])


def news(response: Any) -> list[Any]:
    """Return the track calls that the page makes."""
    text = response.content.decode()
    found = re.search(r'<script id="news" type="application/json">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return list(json.loads(found[1]))


def names(response: Any) -> list[str]:
    return [name for name, _ in news(response)]


def test_every_page_has_the_widget_by_its_public_tag(inbox: Inbox) -> None:
    tag = (
        f'<script async src="{settings.PUBLIC_URL}/widget.js"'
        f' data-inbox="{inbox.public_id}"></script>'
    )
    for path in ("", "items/", f"items/{ITEMS[0].slug}/", "cart/", "login/", "faq/", "search/"):
        response = Client().get(f"/demo/{path}")
        assert response.status_code == 200
        assert tag in response.content.decode()
        assert "sobani_session" not in response.cookies


def test_a_foreign_or_closed_inbox_is_not_put_on_the_page(inbox: Inbox) -> None:
    other = Inbox.objects.create(name="other", allowed_origins=["https://elsewhere.example"])
    assert inbox.public_id in Client().get("/demo/").content.decode()
    inbox.is_active = False
    inbox.save()
    page = Client().get("/demo/").content.decode()
    assert "widget.js" not in page
    assert other.public_id not in page


def test_the_policy_allows_what_the_docs_ask_for(inbox: Inbox) -> None:
    policy = Client().get("/demo/").headers["Content-Security-Policy"]
    for directive in ("script-src", "connect-src", "frame-src"):
        assert re.search(rf"{directive} [^;]*{re.escape(settings.PUBLIC_URL)}", policy)
    assert "'unsafe-inline'" not in policy


def test_the_shop_sells_what_the_demo_data_speaks_of() -> None:
    assert {item.slug for item in ITEMS} == {good.slug for good in GOODS}
    for item in ITEMS:
        assert item.category in CATEGORIES
        found = finders.find(item.picture)
        assert found is not None
        assert "<script" not in Path(found).read_text(encoding="utf-8")


def test_looking_at_an_item_is_told(inbox: Inbox) -> None:
    response = Client().get("/demo/items/mug-indigo/")
    mug = {"item_id": "mug-indigo", "name": "藍染付のマグカップ", "price": 3300}
    seen = {**mug, "category": BY_SLUG["mug-indigo"].category}
    assert news(response) == [["item_view", seen]]


@pytest.mark.parametrize("path", ["items/nothing/", "nowhere/at/all/", "cart/x/"])
def test_an_address_that_is_none_is_answered_as_a_shop_would(inbox: Inbox, path: str) -> None:
    response = Client().get(f"/demo/{path}")
    assert response.status_code == 404
    text = response.content.decode()
    assert "ページが見つかりません" in text
    assert f'data-inbox="{inbox.public_id}"' in text
    assert "/demo/items/mug-indigo/" in text


def test_the_cart_is_told_as_a_whole_and_once(inbox: Inbox) -> None:
    client = Client()
    client.post("/demo/cart/change/mug-indigo/", {"add": "1"})
    response = client.post("/demo/cart/change/honey/", {"add": "2"}, follow=True)
    [[name, cart]] = news(response)
    assert name == "cart"
    assert [(item["item_id"], item["quantity"]) for item in cart["items"]] == [
        ("mug-indigo", 1),
        ("honey", 2),
    ]
    assert (cart["total"], cart["quantity"]) == (3300 + 2 * 1980, 3)
    assert news(client.get("/demo/cart/")) == []


def test_emptying_the_cart_is_told_too(inbox: Inbox) -> None:
    client = Client()
    client.post("/demo/cart/change/honey/", {"add": "1"})
    response = client.post("/demo/cart/change/honey/", {"quantity": "0"}, follow=True)
    empty = {"items": [], "total": 0, "quantity": 0, "currency": "JPY", "status": False}
    assert news(response) == [["cart", empty]]


@pytest.mark.parametrize("quantity", ["-1", "x", "", "1e3", "99999"])
def test_a_nonsense_quantity_leaves_no_nonsense_cart(inbox: Inbox, quantity: str) -> None:
    client = Client()
    client.post("/demo/cart/change/honey/", {"add": quantity})
    assert client.get("/demo/cart/").context["visit"].quantity == 0


def test_an_order_is_told_and_clears_the_cart(inbox: Inbox) -> None:
    client = Client()
    client.post("/demo/cart/change/tea-box/", {"add": "2"})
    response = client.post("/demo/cart/order/", follow=True)
    assert names(response) == ["order", "cart"]
    order = news(response)[0][1]
    assert order["revenue"] == 2 * 3780
    assert order["id"] in response.content.decode()
    assert news(client.get("/demo/cart/complete/")) == []


def test_a_whole_shop_in_the_cart_still_fits_its_cookie(inbox: Inbox) -> None:
    client = Client()
    for item in ITEMS:
        response = client.post(f"/demo/cart/change/{item.slug}/", {"add": "9"})
    assert len(response.cookies["demo_shop"].OutputString()) < 4096
    assert client.get("/demo/cart/").context["visit"].quantity == 9 * len(ITEMS)


def test_a_wrong_password_shows_an_error_and_tells_of_it(inbox: Inbox) -> None:
    client = Client()
    response = client.post("/demo/login/", {"email": MEMBERS[0].email, "password": "wrong"})
    assert response.status_code == 422
    error = "メールアドレスまたはパスワードが正しくありません。"
    assert f'role="alert">{error}' in response.content.decode()
    assert news(response) == [
        ["error", {"kind": "login_failed", "message": error, "selector": ".error"}]
    ]
    assert client.get("/demo/mypage/").status_code == 302


def test_a_member_logs_in_and_out(inbox: Inbox) -> None:
    client, member = Client(), MEMBERS[0]
    form = {"email": member.email, "password": member.password}
    response = client.post("/demo/login/", form, follow=True)
    assert names(response) == ["login"]
    assert member.name in response.content.decode()
    for section in ("orders", "points", "subscription", "address"):
        assert client.get(f"/demo/mypage/{section}/").status_code == 200
    assert client.get("/demo/mypage/nothing/").status_code == 404
    client.post("/demo/logout/")
    assert client.get("/demo/mypage/").status_code == 302


def test_a_forged_cookie_is_an_empty_visit(inbox: Inbox) -> None:
    client = Client()
    client.cookies["demo_shop"] = '{"email": "midori@shop.example"}'
    assert client.get("/demo/mypage/").status_code == 302


def test_a_search_is_told_with_its_hits(inbox: Inbox) -> None:
    response = Client().get("/demo/search/", {"q": "抹茶"})
    assert news(response) == [["search", {"q": "抹茶", "hits": 2}]]
    nothing = Client().get("/demo/search/", {"q": "<script>alert(1)</script>"})
    assert "<script>alert" not in nothing.content.decode()
    assert news(nothing)[0][1]["hits"] == 0


def test_where_the_demo_data_leads_there_is_a_page(inbox: Inbox) -> None:
    page = Client().get("/demo/faq/").content.decode()
    anchors = ("delivery", "date", "returns", "broken", "payment", "receipt", "gift", "noshi")
    more = ("subscription", "login", "allergy", "care", "business")
    for anchor in (*anchors, *more):
        assert f'id="{anchor}"' in page
    assert Client().get("/demo/login/reset/").status_code == 200


def test_another_address_of_the_same_machine_points_to_the_right_one(inbox: Inbox) -> None:
    page = Client().get("/demo/").content.decode()
    assert f'href="{settings.PUBLIC_URL}/demo/"' in page


def test_questions_are_searched_and_what_was_not_found_is_told(inbox: Inbox) -> None:
    response = Client().get("/demo/faq/", {"q": "返品"})
    [[name, asked]] = news(response)
    assert (name, asked["q"]) == ("faq_search", "返品")
    assert 0 < asked["hits"] == response.content.decode().count("<details") < 13
    nothing = Client().get("/demo/faq/", {"q": "<b>宇宙"})
    assert news(nothing) == [["faq_search", {"q": "<b>宇宙", "hits": 0}]]
    assert "<b>宇宙" not in nothing.content.decode()


def test_a_payment_that_is_refused_shows_why_and_keeps_the_cart(inbox: Inbox) -> None:
    client = Client()
    client.post("/demo/cart/change/tea-box/", {"add": "3"})
    response = client.post("/demo/cart/order/", {"way": "door"})
    assert response.status_code == 422
    assert 'id="payment-failed" role="alert"' in response.content.decode()
    assert client.get("/demo/cart/").context["visit"].quantity == 3
    assert client.post("/demo/cart/order/", {"way": "card"}).status_code == 302


def test_after_an_order_the_shop_asks_how_it_was(inbox: Inbox) -> None:
    client = Client()
    client.post("/demo/cart/change/honey/", {"add": "1"})
    page = client.post("/demo/cart/order/", {"way": "door"}, follow=True).content.decode()
    assert 'data-survey="after_order"' in page
    script = Path(finders.find("demo/shop.js") or "").read_text(encoding="utf-8")
    assert '"survey_answer"' in script
