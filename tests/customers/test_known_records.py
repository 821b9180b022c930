"""Records that tell nothing new: noted together, with what each by itself would have left."""

import random
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from customers.actions import create_visitor_profile
from customers.actions.erase import erase_customer
from customers.actions.identify import Person, identify
from customers.actions.known_records import note_known
from customers.actions.precedence import set_precedence
from customers.actions.upserts import Record, Refused, upsert_customer
from customers.actions.vouching import vouch
from customers.audit import Kind as WhoKind
from customers.audit import Who
from customers.identifiers import Kind, Verifier
from customers.models import (
    BlockedIdentifier,
    Context,
    Customer,
    Identity,
    IdentityConflict,
    MergeLog,
    Profile,
    Trait,
)
from tests.customers.watching import in_its_own_connection

pytestmark = pytest.mark.django_db
CRM = "crm:main"
DAY = timedelta(days=1)
YESTERDAY = datetime.now(UTC) - DAY


def tell(*records: Record) -> None:
    for record in records:
        try:
            upsert_customer(record, source=CRM)
        except Refused:
            continue


def sync(*records: Record) -> set[int]:
    """Tell a batch as it is told; return the places of what was known."""
    known = note_known(dict(enumerate(records)), source=CRM)
    tell(*(record for place, record in enumerate(records) if place not in known))
    return known


def a_day_passes() -> None:
    past = {name: F(name) - DAY for name in ("changed_at", "synced_at", "told_at")}
    Trait.objects.update(**past)
    Identity.objects.update(verified_at=F("verified_at") - DAY)


def left(began: datetime) -> list[Any]:
    """Return all that a sync leaves of everybody, comparable with another run's."""
    return sorted(map(repr, (_left_of(customer, began) for customer in Customer.objects.all())))


def _left_of(customer: Customer, began: datetime) -> tuple[Any, ...]:
    own = {"profile__customer_id": customer.id}
    identities = Identity.objects.filter(**own).order_by("kind", "value_norm")
    traits = Trait.objects.filter(**own).order_by("key", "source", "profile__created_at")
    conflicts = IdentityConflict.objects.filter(**own).order_by("kind", "value", "reason")
    return (
        customer.name,
        [
            (one.kind, one.value_norm, one.verified_by, one.verified_at > began)
            for one in identities
        ],
        [(key, known["value"], known["source"]) for key, known in sorted(customer.traits.items())],
        [
            (one.key, one.source, one.value, *_times(one, began), one.synced_at > began)
            for one in traits
        ],
        [(one.kind, one.value, one.reason) for one in conflicts],
        sorted(customer.profiles.values_list("kind", flat=True)),
        MergeLog.objects.filter(winner=customer).count(),
    )


def _times(trait: Trait, began: datetime) -> list[Any]:
    """Times of the source are compared whole, those of now as such."""
    given = (trait.changed_at, trait.told_at)
    return [at > began if at and at > YESTERDAY + DAY / 2 else at for at in given]


def somebody(chance: random.Random) -> Record:
    """Of few people with few addresses, so that they meet."""
    number = chance.randrange(8)
    told = {
        "user_id": f"u-{number}",
        "email": f"{number if chance.random() < 0.9 else chance.randrange(8)}@e.jp",
        "phone": f"090-1234-000{number}",
    }
    kept = {key: value for key, value in told.items() if chance.random() < 0.8}
    values: dict[str, Any] = {"rank": chance.choice(["gold", "silver", "", None]), "n": number}
    traits = {key: value for key, value in values.items() if chance.random() < 0.8}
    at = chance.choice([None, None, YESTERDAY - DAY, YESTERDAY])
    return Record(**kept, traits=traits, changed_at=at)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize("seed", [1, 3, 4, 5, 6, 8, 9, 11])
def test_a_batch_leaves_what_its_records_one_by_one_would_leave(seed: int) -> None:
    chance = random.Random(seed)  # the same each time
    if seed % 2:
        set_precedence("rank", sources=[], empty_wins=True)
    for number in (0, 1):
        profile = create_visitor_profile()
        identify(profile.id, Person(f"u-{number}", f"{number}@e.jp", traits={"rank": "iron"}))
    vouch(create_visitor_profile(), Kind.EMAIL, "2@e.jp", Verifier.OPERATOR)
    BlockedIdentifier.objects.create(value="3@e.jp")
    before = [somebody(chance) for _ in range(10)]
    tell(*before)
    a_day_passes()
    batch = [chance.choice(before) if chance.random() < 0.7 else somebody(chance) for _ in range(5)]
    began = datetime.now(UTC)
    with transaction.atomic():
        known = sync(*batch)
        together = left(began)
        transaction.set_rollback(True)
    tell(*batch)
    assert together == left(began)
    assert known, "a batch of news alone proves nothing"


def people(count: int) -> list[Record]:
    """Members whom the site has signed for, and others."""
    for number in range(0, count, 2):
        profile = create_visitor_profile()
        identify(profile.id, Person(f"u-{number}", f"{number}@e.jp"))
    return [
        Record(f"u-{number}", f"{number}@e.jp", name=f"{number}さん", traits={"rank": number})
        for number in range(count)
    ]


@pytest.fixture
def known() -> list[Record]:
    records = people(4)
    assert sync(*records) == set()
    return records


def test_what_is_known_is_known_whoever_holds_its_identifiers(known: list[Record]) -> None:
    assert sync(*known) == {0, 1, 2, 3}
    news = Record("u-1", "1@e.jp", traits={"rank": "new"})
    assert sync(*known[2:], news) == {0, 1}
    assert Customer.objects.get(name="1さん").traits["rank"]["value"] == "new"


def shown(key: str) -> list[Any]:
    return [customer.traits[key]["synced_at"] for customer in Customer.objects.order_by("id")]


def test_the_next_night_it_is_as_fresh_as_that_and_consoles_are_told_once(
    known: list[Record],
) -> None:
    a_day_passes()
    versions = dict(Context.objects.values_list("customer_id", "member_version"))
    before = shown("rank")
    for _ in range(2):
        assert sync(*known) == {0, 1, 2, 3}
    assert all(now > then for now, then in zip(shown("rank"), before, strict=True))
    told = dict(Context.objects.values_list("customer_id", "member_version"))
    assert told == {id: version + 1 for id, version in versions.items()}


def test_the_later_of_two_records_of_one_customer_has_the_last_word(known: list[Record]) -> None:
    news = Record("u-1", "1@e.jp", traits={"rank": "new"})
    assert sync(news, known[1]) == set()
    assert Customer.objects.get(name="1さん").traits["rank"]["value"] == 1
    by_address = Record(email="1@e.jp", traits={"rank": "new"})
    by_user = Record("u-1", traits={"rank": 1})
    assert sync(by_address, by_user) == set()
    assert Customer.objects.get(name="1さん").traits["rank"]["value"] == 1


def test_who_may_not_be_told_of_is_not_known(known: list[Record]) -> None:
    BlockedIdentifier.objects.create(value="U-1")
    owner = Identity.objects.get(value="u-3").profile.customer_id
    erase_customer(Who(WhoKind.SYSTEM, "test"), owner, reason="asked")
    assert note_known(dict(enumerate(known)), source=CRM) == {0, 2}
    # They have come back by themselves: others may not tell of them even so.
    identify(create_visitor_profile().id, Person("u-3", "3@e.jp"))
    with pytest.raises(Refused, match="erased"):
        upsert_customer(known[3], source=CRM)
    assert note_known({3: Record("u-3")}, source=CRM) == set()


def counted(records: list[Record]) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert note_known(dict(enumerate(records)), source=CRM) == set(range(len(records)))
    assert not [each for each in asked if "pg_advisory" in each["sql"]]
    return len(asked)


def test_it_takes_the_same_statements_however_many_and_nobodys_turn() -> None:
    records = people(12)
    tell(*records)
    assert counted(records[:4]) == counted(records)
    a_day_passes()
    assert counted(records[:4]) == counted(records[4:])


@pytest.mark.django_db(transaction=True)
def test_whom_somebody_holds_is_left_and_not_waited_for() -> None:
    records = people(4)
    tell(*records)
    a_day_passes()
    done: list[set[int]] = []

    def note() -> None:
        done.append(note_known(dict(enumerate(records)), source=CRM))

    noting = Thread(target=in_its_own_connection, args=[note])
    with transaction.atomic():
        Profile.objects.select_for_update().get(kind=Profile.Kind.CRM, customer__name="2さん")
        noting.start()
        noting.join(30)
    assert done == [{0, 1, 3}]
    note()
    assert done[1] == {0, 1, 2, 3}
