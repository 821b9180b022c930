"""Many at once identify, join, part and write: nobody waits for each other for good."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import UUID

import pytest
from django.db import connection

from customers.actions import create_visitor_profile
from customers.actions.by_hand import merge_customers, part_customers
from customers.actions.identify import Person, identify
from customers.actions.merges import MergeRefused
from customers.actions.resolving import resolve_traits
from customers.actions.traits import tell_traits
from customers.actions.upserts import Record, upsert_customer
from customers.actions.vouching import vouch
from customers.audit import Kind as WhoKind
from customers.audit import Who
from customers.identifiers import Kind, Verifier
from customers.models import Context, Customer, Identity, MergeLog, Profile
from tests.customers.watching import activities, look_at

AOI = Who(WhoKind.OPERATOR, "Aoi")
WORKERS, ROUNDS, PROFILES = 6, 25, 10
MEMBERS = [f"user-{number}" for number in range(4)]
ADDRESSES = [f"{number}@shop.example" for number in range(6)]


def act(random: random.Random, ids: list[UUID]) -> str:
    """Do one of the things that touch who is who; a refusal is an answer, an error is not."""
    one, other = random.sample(ids, 2)
    kind = random.choice(
        ("identify", "identify", "vouch", "merge", "part", "look", "tell", "upsert")
    )
    with suppress(MergeRefused):
        match kind:
            case "identify":
                person = Person(random.choice(MEMBERS), random.choice(ADDRESSES))
                identify(one, person)
            case "vouch":
                profile = Profile.objects.get(id=one)
                vouch(profile, Kind.EMAIL, random.choice(ADDRESSES), Verifier.CRM)
            case "merge":
                both = [Profile.objects.get(id=id).customer_id for id in (one, other)]
                merge_customers(AOI, *both, choices={"city": "other"}, reason="r")
            case "part":
                log = MergeLog.objects.filter(undone_at=None).order_by("-created_at").first()
                if log:
                    part_customers(AOI, log.id, reason="r")
            case "upsert":
                record = Record(user_id=random.choice(MEMBERS), email=random.choice(ADDRESSES))
                upsert_customer(record, source="crm:x")
            case "look":
                look_at(Profile.objects.get(id=one), "cart")
            case "tell":
                tell_traits(one, {"city": random.choice("東西南北")}, source="survey")
    return kind


def live(seed: int, ids: list[UUID]) -> list[str]:
    try:
        chance = random.Random(seed)  # to be repeated, not to be secret
        return [act(chance, ids) for _ in range(ROUNDS)]
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_random_identifies_and_merges_by_many_at_once_end_whole(seed: int) -> None:
    ids = [create_visitor_profile().id for _ in range(PROFILES)]
    with ThreadPoolExecutor(WORKERS) as workers:
        seeds = [seed * 100 + number for number in range(WORKERS)]
        done = Counter(
            kind for lived in workers.map(live, seeds, [ids] * WORKERS) for kind in lived
        )
    assert sum(done.values()) == WORKERS * ROUNDS
    members = Identity.objects.filter(kind=Kind.USER_ID)
    owners = Counter(members.values_list("profile__customer_id", flat=True))
    assert set(owners.values()) == {1}
    for customer in Customer.objects.all():
        before = customer.traits
        resolve_traits(customer.id)
        customer.refresh_from_db()
        assert customer.traits == before
        # Whoever the profiles went to and came back from: each look is in one context, and once.
        seen = Context.objects.get(customer_id=customer.id).data.get("pages", [])
        assert sum(page["count"] for page in seen) == activities(customer.id)
