"""What tests do as a browser, and what they look at after."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from json import dumps
from typing import Any
from uuid import UUID

from django.db import connection

from customers.client import ClientFacts, Consent
from customers.context import decode
from customers.ids import uuid7
from customers.ingest import record
from customers.models import (
    Activity,
    Claim,
    Context,
    Customer,
    Identity,
    Profile,
)


def look_at(profile: Profile, *paths: str) -> None:
    now = datetime.now(UTC).isoformat()
    pages = [
        {"id": str(uuid7()), "kind": "page", "at": now, "url": f"https://shop.example/{path}"}
        for path in paths
    ]
    record(profile.id, pages, client=ClientFacts())


def shop(profile: Profile, word: str) -> None:
    """Do in a browser all that a context tells of."""
    item = {"item_id": word, "name": word, "price": 100}
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("page", {}),
        ("item_view", item),
        ("cart", {"items": [item], "total": 100}),
        ("error", {"message": word, "kind": "shown"}),
        ("faq_view", {"title": word}),
        ("page_leave", {"seconds": 3}),
        ("page", {}),
    ]
    url = f"https://shop.example/{word}"
    told = [
        {
            "id": str(uuid7()),
            "kind": kind,
            "at": datetime.now(UTC).isoformat(),
            "url": url,
            "title": word,
            "props": props,
        }
        for kind, props in kinds
    ]
    about = ClientFacts(language="ja", time_zone="Asia/Tokyo", screen="100x100")
    assert not [one.dropped for one in record(profile.id, told, client=about) if one.dropped]


def tell_order(profile: Profile, number: str) -> None:
    """Tell of an order as the company's own system does."""
    told = {
        "id": str(uuid7()),
        "kind": "order",
        "at": datetime.now(UTC).isoformat(),
        "props": {"id": number, "revenue": 2400},
    }
    record(profile.id, [told], client=ClientFacts(), is_present=False)


def say_of_consent(profile: Profile, consent: Consent, device: str = "") -> None:
    """Tell what a browser tells of itself, without an activity."""
    record(profile.id, [], client=ClientFacts(user_agent=device, consent=consent))


def in_its_own_connection(act: Callable[[], object]) -> None:
    try:
        act()
    finally:
        connection.close()


def wait_for_a_lock() -> None:
    """Return when another connection waits for a lock."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits for a lock")


def activities(customer_id: UUID) -> int:
    return Activity.objects.filter(profile__customer_id=customer_id).count()


def pages(customer_id: UUID) -> list[str]:
    data = Context.objects.get(customer_id=customer_id).data
    return sorted(page["url"].rpartition("/")[2] for page in data["pages"])


def all_of(customer_id: UUID) -> dict[str, Any]:
    """Return all that is known of a customer, to be compared whole."""
    customer = Customer.objects.get(id=customer_id)
    own = {"profile__customer_id": customer_id}
    return {
        "name": customer.name,
        "traits": told(customer_id),
        "context": decode(dumps(Context.objects.get(customer_id=customer_id).data)),
        "profiles": sorted(customer.profiles.values_list("id", flat=True)),
        "identities": sorted(Identity.objects.filter(**own).values_list("kind", "value")),
        "claims": sorted(Claim.objects.filter(**own).values_list("kind", "value")),
        "activities": activities(customer_id),
    }


def customer_of(profile: Profile) -> UUID:
    return Profile.objects.get(id=profile.id).customer_id


def told(customer_id: UUID) -> dict[str, Any]:
    traits = Customer.objects.get(id=customer_id).traits
    return {key: (known["value"], known["source"]) for key, known in traits.items()}
