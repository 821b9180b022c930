"""For the sidebar: what was looked at, lies in the cart, was bought, and which errors were met."""

from datetime import datetime

import msgspec

from customers.activities import Cart, ErrorShown, Item, ItemView, Order
from customers.folding import folded

MAX_ITEMS = 10
MAX_ERRORS = 5
MAX_LINES = 20
"""Of a cart or an order; the sums are of all."""
MAX_WORDS = 200


class ItemSeen(msgspec.Struct, frozen=True):
    """An item that was looked at, for the last time `at`."""

    item_id: str
    name: str
    price: float
    url: str
    image_url: str
    at: datetime


class Line(msgspec.Struct, frozen=True):
    item_id: str
    name: str
    price: float
    quantity: int
    url: str


class CartNow(msgspec.Struct, frozen=True):
    """What lies in the cart since `at`; without lines it is empty."""

    at: datetime
    lines: tuple[Line, ...] = ()
    quantity: int = 0
    total: float = 0
    currency: str = ""


class OrderMade(msgspec.Struct, frozen=True):
    id: str
    revenue: float
    currency: str
    lines: tuple[Line, ...]
    at: datetime


class ErrorMet(msgspec.Struct, frozen=True):
    """What a site told the customer had failed, `count` times with no other in between."""

    kind: str
    message: str
    url: str
    at: datetime
    count: int = 1


class Shopping(msgspec.Struct, frozen=True):
    """`items` and `errors` the newest first, at most 10 and 5; `order` is the last one."""

    items: tuple[ItemSeen, ...] = ()
    cart: CartNow | None = None
    order: OrderMade | None = None
    errors: tuple[ErrorMet, ...] = ()


def after(known: Shopping, details: msgspec.Struct, at: datetime) -> Shopping:
    """Return what is known after an activity; one that comes late changes only what is older."""
    match details:
        case ItemView() as view:
            return msgspec.structs.replace(known, items=_items((_seen(view, at), *known.items)))
        case Cart() as cart if known.cart is None or at >= known.cart.at:
            return msgspec.structs.replace(known, cart=_cart(cart, at))
        case Order() as order:
            return _bought(known, order, at)
        case ErrorShown() as error:
            return msgspec.structs.replace(known, errors=_errors((_met(error, at), *known.errors)))
    return known


def joined(one: Shopping, other: Shopping) -> Shopping:
    """Return what is known of both as of one person."""
    carts = [cart for cart in (one.cart, other.cart) if cart]
    orders = [order for order in (one.order, other.order) if order]
    return Shopping(
        items=_items((*one.items, *other.items)),
        cart=max(carts, key=lambda cart: cart.at, default=None),
        order=max(orders, key=lambda order: order.at, default=None),
        errors=_errors((*one.errors, *other.errors)),
    )


def _seen(view: ItemView, at: datetime) -> ItemSeen:
    name, url = view.name[:MAX_WORDS], view.item_url or view.url
    return ItemSeen(view.item_id, name, view.price, url, view.item_image_url, at)


def _items(items: tuple[ItemSeen, ...]) -> tuple[ItemSeen, ...]:
    """Return each item once, as it was seen last."""
    newest: dict[str, ItemSeen] = {}
    for item in sorted(items, key=lambda one: one.at, reverse=True):
        newest.setdefault(item.item_id, item)
    return tuple(newest.values())[:MAX_ITEMS]


def _cart(cart: Cart, at: datetime) -> CartNow:
    if not cart.status or not cart.items:
        return CartNow(at)
    pieces = cart.quantity or sum(item.quantity for item in cart.items)
    total = cart.total or sum(item.price * item.quantity for item in cart.items)
    return CartNow(at, _lines(cart.items), pieces, total, cart.currency)


def _bought(known: Shopping, order: Order, at: datetime) -> Shopping:
    """What was bought lies in the cart no more."""
    is_cart_older = known.cart is None or at >= known.cart.at
    cart = CartNow(at) if is_cart_older else known.cart
    if known.order is not None and known.order.at > at:
        return msgspec.structs.replace(known, cart=cart)
    made = OrderMade(order.id, order.revenue, order.currency, _lines(order.items), at)
    return msgspec.structs.replace(known, order=made, cart=cart)


def _lines(items: tuple[Item, ...]) -> tuple[Line, ...]:
    return tuple(
        Line(item.item_id, item.name[:MAX_WORDS], item.price, item.quantity, item.item_url)
        for item in items[:MAX_LINES]
    )


def _met(error: ErrorShown, at: datetime) -> ErrorMet:
    return ErrorMet(error.kind, error.message[:MAX_WORDS], error.url, at)


def _errors(errors: tuple[ErrorMet, ...]) -> tuple[ErrorMet, ...]:
    return folded(
        errors,
        what=lambda error: (error.kind, error.message, error.url),
        together=lambda newer, older: msgspec.structs.replace(
            newer, count=newer.count + older.count
        ),
        most=MAX_ERRORS,
    )
