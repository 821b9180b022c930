"""What tests do as a browser, and what they look at after."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from customers.client import ClientFacts, Consent
from customers.ids import uuid7
from customers.ingest import record
from customers.models import (
    Activity,
    Context,
    Customer,
    Profile,
)


def look_at(profile: Profile, *paths: str) -> None:
    now = datetime.now(UTC).isoformat()
    pages = [
        {"id": str(uuid7()), "kind": "page", "at": now, "url": f"https://shop.example/{path}"}
        for path in paths
    ]
    record(profile.id, pages, client=ClientFacts())


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


def customer_of(profile: Profile) -> UUID:
    return Profile.objects.get(id=profile.id).customer_id


def told(customer_id: UUID) -> dict[str, Any]:
    traits = Customer.objects.get(id=customer_id).traits
    return {key: (known["value"], known["source"]) for key, known in traits.items()}
