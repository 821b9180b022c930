"""What the demo shop's CRM has of those it knows by name: rank, points, contracts."""

import random
from datetime import datetime, timedelta
from typing import Any

from config.demo.data.people import Person
from config.demo.data.words import Language

RANKS = {
    "ja": ("一般会員", "シルバー会員", "ゴールド会員"),
    "en": ("Member", "Silver", "Gold"),
}
PLANS = {
    "ja": (("煎茶 定期便", 2980), ("ほうじ茶 定期便", 1980), ("急須のお手入れ", 1200)),
    "en": (("Green tea every month", 2980), ("Roasted tea every month", 1980), ("Pot care", 1200)),
}
ACTIVE = {"ja": "継続中", "en": "Active"}
FREQUENT = (6, 3, 1)  # the higher the rank the rarer
SUBSCRIBED = 0.4


def membership(person: Person) -> dict[str, Any]:
    """Return values by key; nothing for a guest. The same person has the same ones each time."""
    if not person.name:
        return {}
    dice = random.Random(person.customer_id.int)
    rank = dice.choices(range(len(FREQUENT)), weights=FREQUENT)[0]
    joined = person.created_at - timedelta(days=dice.randrange(20, 2_500))
    told: dict[str, Any] = {
        "rank": RANKS[person.language][rank],
        "points": dice.randrange(0, 800) * (rank + 1),
        "since": joined.date().isoformat(),
    }
    if dice.random() < SUBSCRIBED:
        count = dice.choice((1, 1, 2))
        ends = person.created_at + timedelta(days=dice.randrange(5, 90))
        told["subscriptions"] = [
            _contract(plan, price, person.language, ends + timedelta(days=30 * place))
            for place, (plan, price) in enumerate(dice.sample(PLANS[person.language], count))
        ]
        told["contract_end"] = (ends + timedelta(days=30 * count)).date().isoformat()
    return told


def told_by_site(person: Person) -> dict[str, Any]:
    """Return what the site says otherwise: it counts points at once, the CRM at night."""
    known = membership(person)
    if not known or person.customer_id.int % 4:
        return {}
    return {"points": known["points"] + 120}


def _contract(plan: str, price: int, language: Language, following: datetime) -> dict[str, Any]:
    """The keys are those that the layout of the members' desk names (`config.demo.layouts`)."""
    return {
        "plan": plan,
        "price": price,
        "next": following.date().isoformat(),
        "state": ACTIVE[language],
    }
