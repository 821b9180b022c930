"""Which source is believed about a key: the usual order, and an administrator's."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.db import transaction

from customers.actions import create_visitor_profile, precedence
from customers.actions.erase import carry_on as carry_on_erasure
from customers.actions.erase import erase_customer
from customers.actions.merges import move_profiles
from customers.actions.precedence import carry_on, forget_precedence, set_precedence, unfinished
from customers.actions.resolving import resolve_traits
from customers.actions.traits import tell_traits
from customers.audit import Kind, Who
from customers.models import Context, Customer, Profile, Reresolving
from customers.tasks import carry_on_precedences
from customers.traits import Known, Rule, Told, resolve
from tests.customers.watching import in_its_own_connection, wait_for_a_lock

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def told(source: str, value: Any, minutes: int = 0, key: str = "rank") -> Told:
    at = NOON + timedelta(minutes=minutes)
    return Told(key, source, value, at, at)


def shown(*values: Told, **rules: Rule) -> dict[str, Any]:
    return {key: (one.value, one.source) for key, one in resolve(values, rules).items()}


def test_the_usual_order_holds_where_nobody_has_said_otherwise() -> None:
    values = [told("survey", 1, 9), told("site", 2, 8), told("crm:a", 3), told("crm:b", 4, 1)]
    known = resolve(values)["rank"]
    assert (known.value, known.source) == (4, "crm:b"), "of two of a kind the newer"
    assert [one.value for one in known.others] == [3, 2, 1]
    assert shown(*values, plan=Rule(("survey",))) == {"rank": (4, "crm:b")}


def again(one: Told, minutes: int) -> Told:
    """Return it as told once more, so much later."""
    return msgspec.structs.replace(one, told_at=NOON + timedelta(minutes=minutes))


def test_of_what_one_source_said_in_several_browsers_its_last_word_counts() -> None:
    gold, silver = again(told("site", "gold"), 9), told("site", "silver", 5)
    known = resolve([silver, gold])["rank"]
    assert (known.value, known.changed_at) == ("gold", NOON), "since when it is so"
    assert known.others == (silver,)
    assert shown(gold, again(silver, 10)) == {"rank": ("silver", "site")}
    assert shown(again(told("site", ""), 9), silver) == {"rank": ("silver", "site")}
    hidden = shown(again(told("site", None), 9), silver, rank=Rule(empty_wins=True))
    assert hidden == {}


def test_a_source_that_says_the_same_every_night_is_not_newer_than_its_equal() -> None:
    gold, silver = again(told("crm:a", "gold"), 99), told("crm:b", "silver", 5)
    assert shown(gold, silver) == {"rank": ("silver", "crm:b")}
    # Its last word counts, not the one that has changed last.
    silver, bronze = told("site:b", "silver", 5), told("site:b", "bronze", 7)
    words = (told("site:a", "gold", 6), again(silver, 8), bronze)
    assert shown(*words) == {"rank": ("gold", "site:a")}


def test_of_two_records_of_one_crm_the_newer_change_counts_whichever_is_read_last() -> None:
    gold, silver = again(told("crm:a", "gold"), 99), told("crm:a", "silver", 5)
    assert shown(gold, silver) == shown(silver, gold) == {"rank": ("silver", "crm:a")}


def test_the_sources_of_a_rule_lead_and_the_others_follow() -> None:
    values = [told("survey", 1), told("site", 2), told("crm:a", 3, 5), told("crm:b", 4)]
    assert shown(*values, rank=Rule(("site", "survey"))) == {"rank": (2, "site")}
    assert shown(*values, rank=Rule(("crm:b",))) == {"rank": (4, "crm:b")}, "one connection"
    assert shown(*values[2:], rank=Rule(("site",))) == {"rank": (3, "crm:a")}


def test_what_an_operator_has_said_comes_before_all_and_what_nobody_vouches_for_stays_apart() -> (
    None
):
    values = [told("operator", 1), told("crm", 2), told("claim", 3)]
    known = shown(*values, rank=Rule(("crm", "claim")))
    assert known == {"rank": (1, "operator"), "claimed.rank": (3, "claim")}


@pytest.mark.parametrize("empty", [None, "", " \u3000", [], {}])
def test_an_empty_value_hides_no_other_unless_the_rule_says_so(empty: Any) -> None:
    values = [told("crm", empty), told("site", "gold")]
    assert shown(*values) == {"rank": ("gold", "site")}
    hidden = shown(*values, rank=Rule(empty_wins=True))
    assert hidden == ({} if empty is None else {"rank": (empty, "crm")})


def test_what_is_not_empty_is_a_value() -> None:
    for value in (0, False, "0"):
        assert shown(told("crm", value), told("site", "gold")) == {"rank": (value, "crm")}


def test_an_empty_value_of_the_only_source_is_shown_and_null_is_not() -> None:
    assert resolve([told("crm", "")]) == {"rank": Known("", "crm", NOON, NOON)}
    assert resolve([told("crm", None)]) == {}


def test_what_an_operator_has_taken_back_says_nothing() -> None:
    values = [told("operator", None, 9), told("crm", "gold")]
    assert shown(*values, rank=Rule(empty_wins=True)) == {"rank": ("gold", "crm")}


@pytest.fixture
def customer(db: None) -> Customer:
    return who_is("gold", "silver")


def who_is(by_crm: str, by_site: str) -> Customer:
    profile = create_visitor_profile()
    tell_traits(profile.id, {"rank": by_crm, "name": f"{by_crm}さん"}, source="crm")
    tell_traits(profile.id, {"rank": by_site, "name": f"{by_site}さん"}, source="site")
    return Customer.objects.get(id=profile.customer_id)


def rank(customer: Customer) -> str:
    customer.refresh_from_db()
    return str(customer.traits["rank"]["value"])


def test_what_is_told_from_now_on_follows_the_rule_at_once(customer: Customer) -> None:
    set_precedence("rank", sources=["site"], empty_wins=False)
    assert rank(who_is("gold", "silver")) == "silver"
    assert rank(customer) == "gold", "not yet"


def test_what_is_shown_already_follows_and_back(customer: Customer) -> None:
    version = Context.objects.get(customer=customer).member_version
    set_precedence("rank", sources=["site"], empty_wins=False)
    carry_on_precedences()
    assert (rank(customer), customer.name) == ("silver", "goldさん")
    assert [one["value"] for one in customer.traits["rank"]["others"]] == ["gold"]
    assert Context.objects.get(customer=customer).member_version == version + 1, "and is told"
    forget_precedence("rank")
    carry_on_precedences()
    assert rank(customer) == "gold"
    assert unfinished() == []


def test_a_stronger_source_s_null_hides_what_a_weaker_one_tells_if_the_rule_says_so(
    db: None,
) -> None:
    profile = create_visitor_profile()
    set_precedence("rank", sources=[], empty_wins=True)
    for key in ("rank", "plan"):
        tell_traits(profile.id, {key: "gold"}, source="site")
        tell_traits(profile.id, {key: None}, source="crm")
    assert {key: known.value for key, known in resolve_traits(profile.customer_id).items()} == {
        "plan": "gold"
    }
    set_precedence("rank", sources=["site"], empty_wins=True)
    assert resolve_traits(profile.customer_id)["rank"].value == "gold"


def test_the_name_follows_too(customer: Customer) -> None:
    set_precedence("name", sources=["site"], empty_wins=False)
    carry_on_precedences()
    customer.refresh_from_db()
    assert customer.name == "silverさん"


def test_many_are_done_in_batches_and_the_next_beat_goes_on_where_the_last_ended(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precedence, "BATCH", 2)
    others = [who_is(f"gold{n}", f"silver{n}") for n in range(3)]
    set_precedence("rank", sources=["site"], empty_wins=False)
    assert carry_on("rank"), "there are more"
    assert [rank(one) for one in (customer, *others)] == ["silver", "gold0", "gold1", "gold2"]
    carry_on_precedences()
    assert [rank(one) for one in others] == ["silver0", "silver1", "silver2"]
    assert unfinished() == []


def test_a_rule_that_changes_while_it_is_carried_through_begins_anew(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_precedence("rank", sources=["site"], empty_wins=False)

    def changes_meanwhile(customer_id: Any) -> Any:
        monkeypatch.setattr(precedence, "resolve_traits", resolve_traits)
        done = resolve_traits(customer_id)
        set_precedence("rank", sources=["crm"], empty_wins=False)
        return done

    monkeypatch.setattr(precedence, "resolve_traits", changes_meanwhile)
    assert carry_on("rank"), "the second change is still to be done"
    assert (rank(customer), unfinished()) == ("silver", ["rank"])
    assert not carry_on("rank")
    assert (rank(customer), Reresolving.objects.count()) == ("gold", 0)


@pytest.mark.django_db(transaction=True)
def test_a_merge_that_had_read_the_rule_of_before_is_waited_for(customer: Customer) -> None:
    """All that is told of the key is the loser's: nothing else would lead to the winner."""
    winner = Customer.objects.get(id=create_visitor_profile().customer_id)

    def change() -> None:
        set_precedence("rank", sources=["site"], empty_wins=False)
        carry_on_precedences()

    changing = Thread(target=in_its_own_connection, args=[change])
    with transaction.atomic():
        ids = list(customer.profiles.values_list("id", flat=True))
        move_profiles(ids, winner_id=winner.id, reason="1", actor="aoi")
        assert rank(winner) == "gold"
        changing.start()
        wait_for_a_lock()
    changing.join()
    assert (rank(winner), unfinished()) == ("silver", [])


def test_who_is_told_of_in_several_browsers_is_resolved_once(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        profile = create_visitor_profile()
        tell_traits(profile.id, {"rank": "iron"}, source="survey")
        move_profiles([profile.id], winner_id=customer.id, reason="1", actor="aoi")
    resolved: list[UUID] = []

    def counted(customer_id: UUID) -> Any:
        resolved.append(customer_id)
        return resolve_traits(customer_id)

    monkeypatch.setattr(precedence, "resolve_traits", counted)
    set_precedence("rank", sources=["site"], empty_wins=False)
    carry_on_precedences()
    assert (rank(customer), resolved) == ("silver", [customer.id])


def test_who_is_erased_meanwhile_stops_nobody(customer: Customer) -> None:
    other = who_is("gold2", "silver2")
    set_precedence("rank", sources=["site"], empty_wins=False)
    erasure = erase_customer(Who(Kind.SYSTEM, "test"), customer.id, reason="asked")
    carry_on_erasure(erasure.id)
    carry_on_precedences()
    assert rank(other) == "silver2"
    assert not Profile.objects.filter(customer=customer, traits__isnull=False).exists()
