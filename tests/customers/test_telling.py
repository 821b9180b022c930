"""What sources tell of a customer: in which order it counts, and how much of it is kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from customers.actions import create_visitor_profile
from customers.actions.merges import move_profiles
from customers.actions.traits import (
    LONGEST_CLAIM,
    MOST_CLAIMED_KEYS,
    MOST_KEYS,
    are_told,
    tell_traits,
)
from customers.actions.upserts import Record, Refused, upsert_customer
from customers.export import sections
from customers.models import Customer, Profile, Trait
from customers.queries import recent_trait_keys
from tests.customers.watching import told

pytestmark = pytest.mark.django_db
EARLY, LATE, LATER = (datetime(2026, 11, 1, hour, tzinfo=UTC) for hour in (9, 12, 15))


def tell(profile: Profile, value: Any, at: datetime, source: str = "crm:main") -> Any:
    """Tell a plan; return what is shown of it."""
    tell_traits(profile.id, {"plan": value}, source=source, changed_at=at)
    return told(profile.customer_id).get("plan")


def test_what_was_forgotten_does_not_come_back_with_an_older_message() -> None:
    profile = create_visitor_profile()
    assert tell(profile, "gold", EARLY) == ("gold", "crm:main")
    assert tell(profile, None, LATE) is None
    assert tell(profile, "silver", LATE - timedelta(hours=1)) is None
    assert tell(profile, None, LATER) is None
    assert tell(profile, "bronze", LATE + timedelta(hours=1)) is None
    assert tell(profile, "gold", LATER + timedelta(hours=1)) == ("gold", "crm:main")


def test_a_value_that_was_told_again_is_not_replaced_by_what_came_between() -> None:
    profile = create_visitor_profile()
    tell(profile, "gold", EARLY)
    assert tell(profile, "gold", LATER) == ("gold", "crm:main")
    assert tell(profile, "silver", LATE) == ("gold", "crm:main")
    assert Trait.objects.get().changed_at == EARLY, "since when it is so"
    assert tell(profile, "silver", LATER + timedelta(hours=1)) == ("silver", "crm:main")
    assert tell(profile, "bronze", LATER + timedelta(minutes=1)) == ("silver", "crm:main")


@pytest.mark.parametrize(
    ("first", "then"),
    [(1, True), (False, 0), ([1], [True]), ({"a": {"b": 0}}, {"a": {"b": False}})],
)
def test_yes_and_one_are_two_values(first: Any, then: Any) -> None:
    profile = create_visitor_profile()
    tell(profile, first, EARLY, "crm:a")
    tell(profile, first, EARLY)
    assert are_told(profile.id, {"plan": first}, source="crm:main")
    assert not are_told(profile.id, {"plan": then}, source="crm:main")
    assert repr(tell(profile, then, LATE)) == repr((then, "crm:main"))
    [other] = Customer.objects.get(id=profile.customer_id).traits["plan"]["others"]
    assert repr(other["value"]) == repr(first)


def test_a_forgetting_that_is_older_than_the_value_forgets_nothing() -> None:
    profile = create_visitor_profile()
    tell(profile, "gold", LATE)
    assert tell(profile, None, EARLY) == ("gold", "crm:main")


def test_what_one_source_forgot_shows_what_another_tells() -> None:
    profile = create_visitor_profile()
    tell(profile, "silver", EARLY, "survey")
    tell(profile, "gold", EARLY)
    assert tell(profile, None, LATE) == ("silver", "survey")


def test_what_the_site_signs_again_in_the_other_browser_is_shown_from_then_on() -> None:
    one, other = create_visitor_profile(), create_visitor_profile()
    move_profiles([other.id], winner_id=one.customer_id, reason="1", actor="aoi")
    for profile, value, at, is_shown in (
        (one, "gold", EARLY, "gold"),
        (other, "silver", LATE, "silver"),
        (one, "gold", LATER, "gold"),
        (other, "silver", LATE + timedelta(hours=1), "gold"),
    ):
        tell_traits(profile.id, {"plan": value}, source="site", changed_at=at)
        assert told(one.customer_id)["plan"] == (is_shown, "site")


def test_what_was_forgotten_is_nowhere_but_in_its_row() -> None:
    class Everything:
        def value(self, key: str, value: Any) -> Any:
            return value

        text = value

        def context_data(self, data: Any) -> Any:
            return dict(data)

        props = value

    profile = create_visitor_profile()
    tell(profile, "gold", EARLY)
    assert recent_trait_keys() == ["plan"]
    assert len(list(sections(profile.customer_id, Everything())["traits"])) == 1
    assert not are_told(profile.id, {"plan": None}, source="crm:main")
    tell(profile, None, LATE)
    assert recent_trait_keys() == []
    assert list(sections(profile.customer_id, Everything())["traits"]) == []
    assert are_told(profile.id, {"plan": None}, source="crm:main")
    assert not are_told(profile.id, {"plan": "gold"}, source="crm:main")
    assert Trait.objects.get().value is None


def test_a_null_for_what_nobody_ever_told_is_noted_only_with_its_time() -> None:
    """Without one nothing can be older than it."""
    profile = create_visitor_profile()
    tell_traits(profile.id, {"plan": None}, source="crm:main")
    assert not Trait.objects.exists()
    tell(profile, None, EARLY)
    assert Trait.objects.get().value is None


def test_what_was_forgotten_does_not_come_with_an_older_message_that_was_overtaken() -> None:
    profile = create_visitor_profile()
    assert tell(profile, None, LATE) is None
    assert tell(profile, "gold", EARLY) is None
    assert tell(profile, "gold", EARLY, "site") == ("gold", "site")
    assert tell(profile, "silver", LATER) == ("silver", "crm:main")


def test_nulls_that_were_noted_leave_room_for_as_many_values() -> None:
    profile = create_visitor_profile()
    for number in range(0, MOST_KEYS + 32, 32):
        nulls = {f"n{key}": None for key in range(number, number + 32)}
        tell_traits(profile.id, nulls, source="crm", changed_at=EARLY)
    assert Trait.objects.count() == MOST_KEYS
    values = {f"k{key}": key for key in range(MOST_KEYS)}
    tell_traits(profile.id, values, source="crm", changed_at=LATE)
    assert set(told(profile.customer_id)) == set(values)


@pytest.mark.parametrize(("source", "most"), [("claim", MOST_CLAIMED_KEYS), ("site", MOST_KEYS)])
def test_of_one_source_so_many_keys_are_kept_and_the_oldest_give_way(
    source: str, most: int
) -> None:
    profile = create_visitor_profile()
    tell_traits(profile.id, {"old": 1, "again": 1}, source=source)
    tell_traits(profile.id, {"other": 1}, source="crm:main")
    Trait.objects.filter(source=source).update(synced_at=EARLY)
    for first in range(0, most - 1, 32):
        keys = {f"k{number}": 1 for number in range(first, min(first + 32, most - 1))}
        tell_traits(profile.id, {**keys, "again": 1}, source=source)
    kept = Trait.objects.filter(profile=profile, source=source)
    assert kept.count() == most
    assert not kept.filter(key="old").exists()
    assert kept.filter(key="again").exists()
    assert len(Customer.objects.get().traits) == most + 1


def test_what_was_forgotten_gives_way_before_what_is_told() -> None:
    profile = create_visitor_profile()
    keys = {f"k{number}": 1 for number in range(MOST_CLAIMED_KEYS)}
    tell_traits(profile.id, keys, source="claim")
    Trait.objects.update(synced_at=EARLY)
    tell_traits(profile.id, {"k0": None}, source="claim")
    tell_traits(profile.id, {"new": 1}, source="claim")
    assert not Trait.objects.filter(key="k0").exists()
    assert Trait.objects.count() == MOST_CLAIMED_KEYS


def test_what_nobody_vouches_for_is_cut_shorter() -> None:
    profile = create_visitor_profile()
    tell_traits(profile.id, {"wish": "茶" * 3_000}, source="claim")
    assert Trait.objects.get().value == "茶" * LONGEST_CLAIM


def test_a_record_that_would_push_others_out_is_refused() -> None:
    def record(first: int, count: int) -> Record:
        traits = {f"k{number}": 1 for number in range(first, first + count)}
        return Record(user_id="u-1", traits=traits)

    upsert_customer(record(0, 100), source="crm:main")
    with pytest.raises(Refused, match="traits: too_many"):
        upsert_customer(record(100, MOST_KEYS - 99), source="crm:main")
    assert Trait.objects.count() == 100
    upsert_customer(record(100, MOST_KEYS - 100), source="crm:main")
    upsert_customer(record(0, 100), source="crm:main")
    upsert_customer(record(900, 100), source="commerce")
    assert Trait.objects.count() == MOST_KEYS + 100
