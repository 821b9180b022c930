"""What the demo shop keeps of a visit: a signed cookie of its own, nothing in the database.

The shop stands for a site that knows nothing of Sobani, so it uses none of Sobani's sessions.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse

from config.demo.catalogue import BY_SLUG, Item
from config.demo.members import Member, member_of

COOKIE = "demo_shop"
SALT = "sobani.demo"
SECONDS = 7 * 24 * 3600
MOST_OF_ONE = 9
FREE_SHIPPING_FROM = 5000
SHIPPING = 550
CURRENCY = "JPY"

TrackCall = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class CartLine:
    item: Item
    quantity: int

    @property
    def amount(self) -> int:
        return self.item.price * self.quantity


@dataclass(slots=True)
class Visit:
    """`news` names the track calls that the next page makes, once; `sold` is the last order."""

    email: str = ""
    cart: dict[str, int] = field(default_factory=dict)
    order: str = ""
    sold: dict[str, int] = field(default_factory=dict)
    news: list[str] = field(default_factory=list)

    @property
    def member(self) -> Member | None:
        return member_of(self.email)

    @property
    def lines(self) -> list[CartLine]:
        return lines_of(self.cart)

    @property
    def quantity(self) -> int:
        return sum(self.cart.values())

    @property
    def goods_amount(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def shipping(self) -> int:
        return 0 if self.goods_amount >= FREE_SHIPPING_FROM or not self.cart else SHIPPING

    @property
    def total(self) -> int:
        return self.goods_amount + self.shipping

    def set_quantity(self, slug: str, quantity: int) -> None:
        kept = max(0, min(quantity, MOST_OF_ONE))
        if slug not in BY_SLUG:
            return
        if kept:
            self.cart[slug] = kept
        else:
            self.cart.pop(slug, None)
        self.news = ["cart"]

    def place_order(self, number: str) -> None:
        self.order, self.sold, self.cart = number, self.cart, {}
        self.news = ["order", "cart"]

    def take_news(self) -> list[TrackCall]:
        names, self.news = self.news, []
        return [(name, self._props_of(name)) for name in names]

    def _props_of(self, name: str) -> dict[str, Any]:
        if name == "cart":
            # The whole cart: a late or lost call cannot leave a wrong sum behind.
            return {
                "items": told(self.lines),
                "total": self.total,
                "quantity": self.quantity,
                "currency": CURRENCY,
                "status": bool(self.cart),
            }
        if name == "order":
            lines = lines_of(self.sold)
            revenue = sum(line.amount for line in lines)
            items = told(lines)
            return {"id": self.order, "revenue": revenue, "items": items, "currency": CURRENCY}
        return {}


def lines_of(cart: dict[str, int]) -> list[CartLine]:
    return [CartLine(BY_SLUG[slug], quantity) for slug, quantity in cart.items()]


def told(lines: list[CartLine]) -> list[dict[str, Any]]:
    return [
        {
            "item_id": line.item.slug,
            "name": line.item.name,
            "price": line.item.price,
            "quantity": line.quantity,
            "category": line.item.category,
        }
        for line in lines
    ]


def visit_of(request: HttpRequest) -> Visit:
    """Return what the cookie says; it is signed, so it says what `keep` wrote."""
    try:
        kept = request.get_signed_cookie(COOKIE, "{}", salt=SALT, max_age=SECONDS)
        return Visit(**json.loads(kept or "{}"))
    except (BadSignature, ValueError, TypeError):
        return Visit()


def keep(response: HttpResponse, visit: Visit) -> None:
    response.set_signed_cookie(
        COOKIE,
        json.dumps(asdict(visit), separators=(",", ":")),
        salt=SALT,
        max_age=SECONDS,
        path="/demo/",
        httponly=True,
        samesite="Lax",
    )
