"""What a customer did on the site around their conversations, and the context that follows."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from msgspec import Struct

from config.demo.catalogue import BY_SLUG
from config.demo.data.blanks import fill
from config.demo.data.blocks import Topic
from config.demo.data.people import Person
from config.demo.data.thread import Thread
from config.demo.data.words import GOODS
from customers.activities import (
    Activity,
    Cart,
    ContactClick,
    ErrorShown,
    FaqSearch,
    FaqView,
    Item,
    ItemView,
    Order,
    Page,
    PageLeave,
    props_of,
)
from customers.context import ContextData, advance

STILL_THERE = timedelta(minutes=12)
"""A customer who wrote so lately is shown as being on the page."""
FAILING = 0.18
"""Part of the conversations that an error came before."""
ASKING = 0.3
"""Part of the conversations that a look into the answers came before."""
REFERRERS = (
    ("", 30),
    ("https://www.google.com/", 30),
    ("https://search.yahoo.co.jp/", 14),
    ("https://www.instagram.com/", 10),
    ("https://lin.ee/", 8),
    ("https://www.bing.com/", 5),
    ("https://mail.google.com/", 3),
)
ERRORS = {
    "ja": (
        ("card_declined", "カードがご利用いただけませんでした。別のお支払い方法をお試しください。"),
        ("login_failed", "メールアドレスまたはパスワードが正しくありません。"),
        ("address", "郵便番号と住所が一致しません。"),
    ),
    "en": (
        ("card_declined", "Your card was declined. Please try another way to pay."),
        ("login_failed", "The mail address or the password is not right."),
        ("address", "The postal code does not match the address."),
    ),
}


@dataclass(frozen=True, slots=True)
class Talk:
    """A played conversation with what its pages depend on."""

    thread: Thread
    topic: Topic
    blanks: dict[str, str]


class Browsing:
    """Collects one person's activities over all of their conversations."""

    def __init__(self, rng: random.Random, person: Person, shop: str) -> None:
        self.rng, self.person, self.shop = rng, person, shop
        self.activities: list[Activity] = []
        self._cart: dict[str, Item] = {}

    def around(self, talks: list[Talk], now: datetime) -> None:
        for talk in talks:
            self._look_around_before(talk)
            self._visit_with(talk, now)
        self.activities.sort(key=lambda one: one.at)

    def context(self) -> ContextData:
        data = ContextData()
        for activity in self.activities:
            data = advance(data, activity, self.person.facts)
        return data

    def rows(self) -> list[tuple[Any, ...]]:
        """Return ids, kinds, properties and times, as the columns of `copying.ACTIVITY` end."""
        return [(one.id, one.kind, props_of(one), one.at) for one in self.activities]

    def _look_around_before(self, talk: Talk) -> None:
        """Some have been here before, days ago, without a word."""
        for _ in range(self.rng.choice((0, 0, 0, 1, 1, 2))):
            at = talk.thread.created_at - timedelta(days=self.rng.uniform(0.3, 3))
            self._pages(at, self._shop_pages(self.rng.randint(1, 4)), self._referrer())

    def _visit_with(self, talk: Talk, now: datetime) -> None:
        language, first = self.person.language, talk.thread.created_at
        begin = first - timedelta(seconds=self.rng.uniform(50, 700))
        about = [
            (fill(path, talk.blanks, "ja"), fill(title, talk.blanks, language))
            for path, title in talk.topic.pages
        ]
        self.rng.shuffle(about)
        pages = [*self._shop_pages(self.rng.randint(0, 3)), *about]
        at = self._pages(begin, pages, self._referrer(), until=first)
        self._fail_before(first)
        self._ask_elsewhere_first(talk, first)
        self._come_back_or_stay(talk, about, max(at, first), now)

    def _fail_before(self, first: datetime) -> None:
        """Some write because a page refused them, at once, or only after some tries."""
        if self.rng.random() >= FAILING:
            return
        error = self._error()
        at = first - timedelta(seconds=self.rng.uniform(12, 150))
        for tries in range(self.rng.choice((1, 1, 2, 3))):
            self._add("error", error, at - timedelta(seconds=18 * tries))

    def _ask_elsewhere_first(self, talk: Talk, first: datetime) -> None:
        """Some look for an answer before they write; a search may find none."""
        dice = random.Random(talk.thread.id.int)
        answers = [title for path, title in talk.topic.pages if path.startswith("faq/")]
        if not answers or dice.random() >= ASKING:
            return
        title = dice.choice(answers)
        words, found = title.rpartition("｜")[2].rpartition(" | ")[2], dice.choice((0, 2, 5))
        self._add("faq_search", FaqSearch(words, found), first - timedelta(seconds=45))
        if found:
            self._add("faq_view", FaqView(title=title), first - timedelta(seconds=31))
        self._add("contact_click", ContactClick("faq"), first - timedelta(seconds=9))

    def _come_back_or_stay(
        self, talk: Talk, about: list[tuple[str, str]], at: datetime, now: datetime
    ) -> None:
        page = about[-1]
        last = max(said.at for said in talk.thread.said if said.sender == "customer")
        if last - at > timedelta(minutes=20):
            page = self.rng.choice(about)
            self._pages(
                last - timedelta(seconds=self.rng.uniform(25, 240)), [page], self._referrer()
            )
        if now - last > STILL_THERE:
            url = self.shop + page[0]
            leaves = last + timedelta(seconds=self.rng.uniform(30, 600))
            self._add("page_leave", PageLeave(url), leaves)

    def _pages(
        self,
        at: datetime,
        pages: list[tuple[str, str]],
        referrer: str,
        *,
        until: datetime | None = None,
    ) -> datetime:
        for path, title in pages:
            url = self.shop + path
            self._add("page", Page(url, title, referrer), at)
            if path.startswith("items/") and len(path) > 6:
                self._look_at(path.split("/")[1], title, url, at)
            step = timedelta(seconds=self.rng.uniform(8, 120))
            at, referrer = (at + step if until is None else min(at + step, until)), url
        return at

    def _look_at(self, slug: str, name: str, url: str, at: datetime) -> None:
        """An item's page: some put it into the cart, some of those buy, some meet an error."""
        price = BY_SLUG[slug].price if slug in BY_SLUG else 0
        self._add("item_view", ItemView(slug, name, price, url, url=url), at)
        if self.rng.random() < 0.4:
            self._cart[slug] = Item(slug, name, price, self.rng.choice((1, 1, 1, 2)), url)
            self._add("cart", Cart(tuple(self._cart.values())), at)
        if self._cart and self.rng.random() < 0.08:
            self._add("error", self._error(), at)
        if self._cart and self.rng.random() < 0.12:
            items = tuple(self._cart.values())
            revenue = sum(item.price * item.quantity for item in items)
            number = f"Y{self.rng.randrange(100_000, 999_999)}"
            self._add("order", Order(number, revenue, items), at)
            self._cart.clear()

    def _error(self) -> ErrorShown:
        place = "ja" if self.person.language == "ja" else "en"
        kind, message = self.rng.choice(ERRORS[place])
        return ErrorShown(message, kind, url=f"{self.shop}cart/payment/")

    def _shop_pages(self, count: int) -> list[tuple[str, str]]:
        is_ja = self.person.language == "ja"
        home = ("", "ホーム" if is_ja else "Home")
        goods = self.rng.sample(GOODS, max(count - 1, 0))
        items = [(f"items/{good.slug}/", good.ja if is_ja else _capital(good.en)) for good in goods]
        return [home, *items][:count]

    def _referrer(self) -> str:
        return self.rng.choices(
            [address for address, _ in REFERRERS], [weight for _, weight in REFERRERS]
        )[0]

    def _add(self, kind: str, details: Struct, at: datetime) -> None:
        self.activities.append(Activity(uuid4(), kind, at, details))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
