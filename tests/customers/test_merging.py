"""Customers are joined and parted again, and what happens meanwhile (AC16)."""

from threading import Thread
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from customers.actions import create_visitor_profile
from customers.actions.identify import Person, identify
from customers.actions.merges import MergeRefused, move_profiles, undo_merge
from customers.actions.traits import tell_traits
from customers.actions.upserts import Record, upsert_customer
from customers.actions.vouching import vouch
from customers.identifiers import Kind, Verifier
from customers.ingest_store import LOCK_PROFILE
from customers.models import (
    Customer,
    Identity,
    IdentityConflict,
    MergeLog,
    Profile,
)
from tests.customers.watching import (
    activities,
    all_of,
    customer_of,
    in_its_own_connection,
    look_at,
    pages,
    told,
    wait_for_a_lock,
)

pytestmark = pytest.mark.django_db


def test_ac16_identify_joins_and_undoing_parts_again() -> None:
    first, second = create_visitor_profile(), create_visitor_profile()
    look_at(first, "a", "b", "c")
    look_at(second, "d", "e")
    identify(first.id, Person("user-42"))
    member = customer_of(first)
    assert (activities(member), pages(member)) == (3, ["a", "b", "c"])
    identify(second.id, Person("user-42"))
    [merge] = MergeLog.objects.all()
    assert customer_of(second) == member
    assert (activities(member), pages(member)) == (5, ["a", "b", "c", "d", "e"])
    assert pages(merge.loser_id) == []
    undo_merge(merge.id, actor="aoi")
    assert (activities(member), pages(member)) == (3, ["a", "b", "c"])
    parted = customer_of(second)
    assert (parted, activities(parted), pages(parted)) == (merge.loser_id, 2, ["d", "e"])
    with pytest.raises(MergeRefused, match="undone already"):
        undo_merge(merge.id, actor="aoi")


@pytest.mark.django_db(transaction=True)
def test_ac16_what_happens_between_stays_with_who_did_it() -> None:
    first, second = create_visitor_profile(), create_visitor_profile()
    identify(first.id, Person("user-42"))
    identify(second.id, Person("user-42"))
    look_at(second, "later")
    undo_merge(MergeLog.objects.get().id, actor="aoi")
    assert pages(customer_of(first)) == []
    assert pages(customer_of(second)) == ["later"]


@pytest.mark.django_db(transaction=True)
def test_an_activity_that_waited_for_a_merge_goes_to_the_member() -> None:
    first, second = create_visitor_profile(), create_visitor_profile()
    waiting = Thread(target=in_its_own_connection, args=[lambda: look_at(second, "waited")])
    with transaction.atomic():
        log = move_profiles([second.id], winner_id=first.customer_id, reason="1", actor="aoi")
        waiting.start()
        wait_for_a_lock()
    waiting.join()
    assert (activities(first.customer_id), activities(second.customer_id)) == (1, 0)
    assert (pages(first.customer_id), pages(second.customer_id)) == (["waited"], [])
    undo_merge(log.id, actor="aoi")
    assert (pages(first.customer_id), pages(second.customer_id)) == ([], ["waited"])


def test_what_an_operator_has_parted_is_not_joined_again() -> None:
    first, second = create_visitor_profile(), create_visitor_profile()
    identify(first.id, Person("user-42", email="taro@e.jp"))
    look_at(second, "strangers")
    identify(second.id, Person("user-42", phone="090-1234-5678"))
    undo_merge(MergeLog.objects.get().id, actor="aoi")
    parted = Profile.objects.get(id=second.id)
    assert (parted.member_id, parted.customer_id) == (None, second.customer_id)
    assert identifiers(second.customer_id) == []
    again = identify(second.id, Person("user-42", phone="090-1234-5678"))
    assert again.is_switched
    assert again.profile.customer_id == customer_of(first)
    assert customer_of(second) == second.customer_id
    assert pages(customer_of(first)) == []
    assert not IdentityConflict.objects.exists()
    # What else the two hold in common does not join them either.
    vouch(second, Kind.EMAIL, "shared@e.jp", Verifier.EMAIL_CODE)
    identify(first.id, Person("user-42", email="shared@e.jp"))
    assert customer_of(second) == second.customer_id
    conflict = IdentityConflict.objects.get()
    assert (conflict.kind, conflict.other_id) == (Kind.EMAIL, second.customer_id)


def identifiers(customer_id: UUID) -> list[str]:
    own = Identity.objects.filter(profile__customer_id=customer_id)
    return sorted(own.values_list("value", flat=True))


def test_an_address_signed_in_a_borrowed_browser_stays_the_members() -> None:
    first, borrowed = create_visitor_profile(), create_visitor_profile()
    vouch(borrowed, Kind.PHONE, "090-0000-1111", Verifier.EMAIL_CODE)
    identify(first.id, Person("user-42"))
    identify(borrowed.id, Person("user-42", "taro@e.jp", "090-1234-5678"))
    undo_merge(MergeLog.objects.get().id, actor="aoi")
    assert identifiers(borrowed.customer_id) == ["090-0000-1111"]
    assert identifiers(first.customer_id) == ["090-1234-5678", "taro@e.jp", "user-42"]
    # A record that has only the number is about the member.
    upsert_customer(Record(phone="090-1234-5678", traits={"plan": "gold"}), source="crm:main")
    assert told(first.customer_id)["plan"] == ("gold", "crm:main")
    assert told(borrowed.customer_id) == {}


def test_a_member_who_leaves_takes_what_was_signed_in_browsers_that_stay() -> None:
    winner, loser = create_visitor_profile(), create_visitor_profile()
    tell_traits(winner.id, {"plan": "free"}, source="tracker")
    before = all_of(winner.customer_id)
    log = move_profiles([loser.id], winner_id=winner.customer_id, reason="1", actor="aoi")
    identify(loser.id, Person("user-42", traits={"name": "太郎", "rank": "silver"}))
    later = Person("user-42", "taro@e.jp", traits={"name": "太郎", "rank": "gold"})
    assert not identify(winner.id, later).is_switched
    undo_merge(log.id, actor="aoi")
    assert all_of(winner.customer_id) == before
    assert Profile.objects.get(id=winner.id).member is None
    assert identifiers(loser.customer_id) == ["taro@e.jp", "user-42"]
    assert told(loser.customer_id) == {
        "name": ("太郎", "site"),
        "rank": ("gold", "site"),
        "user_id": ("user-42", "site"),
    }


def test_an_undoing_costs_the_same_however_much_was_signed() -> None:
    counts = []
    for user, many in (("user-1", 1), ("user-2", 60)):
        first, second = create_visitor_profile(), create_visitor_profile()
        identify(first.id, Person(user))
        identify(second.id, Person(user, traits={f"key{n}": n for n in range(many)}))
        with CaptureQueriesContext(connection) as undoing:
            undo_merge(MergeLog.objects.get(undone_at=None).id, actor="aoi")
        assert len(told(first.customer_id)) == many + 1
        assert told(second.customer_id) == {}
        counts.append(len(undoing))
    assert counts[0] == counts[1]


def test_the_members_first_profile_stays_the_members_when_another_is_parted() -> None:
    first, second = create_visitor_profile(), create_visitor_profile()
    identify(first.id, Person("user-42"))
    identify(second.id, Person("user-42"))
    undo_merge(MergeLog.objects.get().id, actor="aoi")
    assert not identify(first.id, Person("user-42")).is_switched
    assert Profile.objects.get(id=first.id).member is not None


@pytest.mark.django_db(transaction=True)
def test_an_undoing_and_an_activity_at_once_wait_for_each_other() -> None:
    first, second = create_visitor_profile(), create_visitor_profile()
    log = move_profiles([second.id], winner_id=first.customer_id, reason="1", actor="aoi")
    undoing = Thread(target=in_its_own_connection, args=[lambda: undo_merge(log.id, actor="aoi")])
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK_PROFILE, [second.id])
        undoing.start()
        wait_for_a_lock()
        look_at(second, "later")
    undoing.join()
    assert pages(second.customer_id) == ["later"]


def test_traits_go_with_their_profile_and_come_back() -> None:
    one, other = create_visitor_profile(), create_visitor_profile()
    tell_traits(one.id, {"plan": "gold"}, source="site")
    tell_traits(other.id, {"birthday": "1990-01-01"}, source="site")
    winner, loser = customer_of(one), customer_of(other)
    log = move_profiles([other.id], winner_id=winner, reason="by hand", actor="aoi")
    assert set(told(winner)) == {"plan", "birthday"}
    assert told(loser) == {}
    undo_merge(log.id, actor="aoi")
    assert (set(told(winner)), set(told(loser))) == ({"plan"}, {"birthday"})


def test_a_merge_inside_another_is_undone_after_it() -> None:
    one, two, three = (create_visitor_profile() for _ in range(3))
    first = move_profiles([two.id], winner_id=customer_of(one), reason="1", actor="aoi")
    second = move_profiles([one.id, two.id], winner_id=customer_of(three), reason="2", actor="aoi")
    with pytest.raises(MergeRefused, match="later merge"):
        undo_merge(first.id, actor="aoi")
    undo_merge(second.id, actor="aoi")
    undo_merge(first.id, actor="aoi")
    assert len({customer_of(one), customer_of(two), customer_of(three)}) == 3


def name_of(profile: Profile) -> str:
    return Customer.objects.get(id=customer_of(profile)).name


def test_a_name_goes_back_with_who_has_it() -> None:
    nameless, jiro = create_visitor_profile(), create_visitor_profile()
    identify(nameless.id, Person("user-42"))
    tell_traits(jiro.id, {"name": "次郎"}, source="crm:main")
    log = move_profiles([jiro.id], winner_id=customer_of(nameless), reason="1", actor="aoi")
    assert name_of(nameless) == "次郎"
    undo_merge(log.id, actor="aoi")
    assert (name_of(nameless), name_of(jiro)) == ("", "次郎")


def test_a_name_that_an_operator_gave_stands_and_is_theirs_again() -> None:
    given, jiro = create_visitor_profile(), create_visitor_profile()
    tell_traits(given.id, {"name": "山田さん"}, source="operator")
    tell_traits(jiro.id, {"name": "次郎"}, source="crm:main")
    log = move_profiles([jiro.id], winner_id=given.customer_id, reason="1", actor="aoi")
    assert name_of(given) == "山田さん"
    undo_merge(log.id, actor="aoi")
    assert (name_of(given), name_of(jiro)) == ("山田さん", "次郎")
