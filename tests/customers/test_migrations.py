"""Migrations that change rows, on a database that has some."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from msgspec import json

from customers.actions import create_visitor_profile
from customers.actions.precedence import carry_on, unfinished
from customers.actions.traits import tell_traits
from customers.ids import uuid7
from customers.models import Activity, Context, Customer, Profile, Reresolving, Trait
from tests.customers.watching import customer_of, told

pytestmark = pytest.mark.django_db(transaction=True)
Migrate = Callable[[str], None]


@pytest.fixture
def migrate() -> Iterator[Migrate]:
    """Migrate the tables of customers to a migration; afterwards all are the newest again."""

    def to(name: str) -> None:
        MigrationExecutor(connection).migrate([("customers", name)])

    yield to
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def newest() -> str:
    [(_, name)] = MigrationExecutor(connection).loader.graph.leaf_nodes("customers")
    return name


def run(sql: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def begin(name: str, traits: dict[str, Any]) -> Profile:
    """Make somebody as a database of before has them."""
    customer_id, profile_id = uuid7(), uuid7()
    run(
        "INSERT INTO customers_customer (id, name, locale, traits) VALUES (%s, %s, '', %s)",
        customer_id,
        name,
        json.encode(traits).decode(),
    )
    run(
        "INSERT INTO customers_profile (id, customer_id, kind) VALUES (%s, %s, 'browser')",
        profile_id,
        customer_id,
    )
    run(
        "INSERT INTO customers_context (customer_id, version, data, updated_at)"
        " VALUES (%s, 1, '{}', now())",
        customer_id,
    )
    return Profile(id=profile_id, customer_id=customer_id)


def test_activities_merges_and_names_of_before_are_taken_over_and_go_back(
    migrate: Migrate,
) -> None:
    migrate("0011_conflict_reasons")
    known = {"name": {"value": "花子", "source": "site"}}
    left_over, named = begin("次郎", {}), begin("花子", known)
    run(
        "CREATE TABLE customers_activity_of_before PARTITION OF customers_activity"
        " FOR VALUES FROM ('2020-01-01') TO ('2020-02-01')"
    )
    for profile, at in ((named, "2020-01-02"), (named, "2019-05-05"), (left_over, "2020-01-03")):
        run(
            "INSERT INTO customers_activity (id, customer_id, profile_id, kind, at)"
            " VALUES (%s, %s, %s, 'page', %s)",
            uuid7(),
            profile.customer_id,
            profile.id,
            at,
        )
    run("INSERT INTO customers_activity_seen (id) VALUES (%s)", uuid7())
    for undone in (None, "2020-01-01"):
        run(
            "INSERT INTO customers_mergelog (id, winner_id, loser_id, profile_ids, reason,"
            " evidence, actor, before, created_at, undone_at, undone_by)"
            " VALUES (%s, %s, %s, '[]', '1', '{}', 'aoi', '{\"winner\": {}}', now(), %s, '')",
            uuid7(),
            named.customer_id,
            left_over.customer_id,
            undone,
        )
    for _ in range(2):
        migrate(newest())
        assert Customer.objects.get(id=named.customer_id).name == "花子"
        assert Customer.objects.get(id=left_over.customer_id).name == ""
        assert not Trait.objects.exists()
        assert Activity.objects.filter(profile_id=named.id).count() == 2
        assert Context.objects.get(customer_id=named.customer_id).kept_since is None
        assert run("SELECT before FROM customers_mergelog ORDER BY undone_at") == [
            ("{}",),
            ('{"winner": {}}',),
        ]
        migrate("0011_conflict_reasons")
        owners = "SELECT customer_id, count(*) FROM customers_activity GROUP BY 1 ORDER BY 2"
        assert run(owners) == [(left_over.customer_id, 1), (named.customer_id, 2)]
    run("DROP TABLE customers_activity_of_before")


def as_0014_told(profile: Profile, name: str) -> None:
    """Leave what 0014 left for a while: a name as an operator's, shown as theirs."""
    moment = "(SELECT applied FROM django_migrations WHERE name = '0014_names_are_told')"
    run(
        "INSERT INTO customers_trait (id, profile_id, key, source, value, changed_at, synced_at)"
        f" SELECT %s, %s, 'name', 'operator', to_jsonb(%s::text), {moment}, {moment}",
        uuid4(),
        profile.id,
        name,
    )
    tell_traits(profile.id, {"age": 30}, source="site")


def test_names_that_were_told_as_operators_by_a_migration_go_again(migrate: Migrate) -> None:
    nameless, jiro, said = (create_visitor_profile() for _ in range(3))
    tell_traits(jiro.id, {"name": "次郎"}, source="crm:main")
    for profile in (nameless, jiro):
        as_0014_told(profile, "別人")
    tell_traits(said.id, {"name": "山田さん"}, source="operator")
    assert told(customer_of(nameless))["name"] == ("別人", "operator")
    migrate("0018_trait_told_at")
    migrate(newest())
    assert told(customer_of(nameless)) == {"age": (30, "site")}
    assert Customer.objects.get(id=nameless.customer_id).name == ""
    assert unfinished() == ["name"]
    while carry_on("name"):
        pass
    names = [Customer.objects.get(id=each.customer_id).name for each in (nameless, jiro, said)]
    assert names == ["", "次郎", "山田さん"]
    assert not Reresolving.objects.exists()
