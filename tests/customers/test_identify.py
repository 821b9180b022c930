"""Who a customer is: signed, switched, claimed, joined and parted again (AC16, AC17)."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from customers.actions import create_visitor_profile
from customers.actions.claims import MOST_CLAIMS, claim
from customers.actions.identify import Person, identify
from customers.actions.merges import MergeRefused, move_profiles, undo_merge
from customers.actions.traits import tell_traits
from customers.actions.vouching import keep, vouch
from customers.client import ClientFacts
from customers.identifiers import BadIdentifier, Kind, Verifier, normalise, read
from customers.ids import uuid7
from customers.ingest import LOCK_PROFILE, record
from customers.metrics import IDENTIFIERS_REFUSED
from customers.models import (
    Activity,
    BlockedIdentifier,
    Claim,
    Context,
    Customer,
    Identity,
    IdentityConflict,
    MergeLog,
    Profile,
)

pytestmark = pytest.mark.django_db


def look_at(profile: Profile, *paths: str) -> None:
    now = datetime.now(UTC).isoformat()
    pages = [
        {"id": str(uuid7()), "kind": "page", "at": now, "url": f"https://shop.example/{path}"}
        for path in paths
    ]
    record(profile.id, pages, client=ClientFacts())


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
    return Activity.objects.filter(customer_id=customer_id).count()


def pages(customer_id: UUID) -> list[str]:
    data = Context.objects.get(customer_id=customer_id).data
    return sorted(page["url"].rpartition("/")[2] for page in data["pages"])


def customer_of(profile: Profile) -> UUID:
    return Profile.objects.get(id=profile.id).customer_id


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


def test_ac17_another_user_in_the_same_browser_is_another_customer() -> None:
    browser = create_visitor_profile()
    look_at(browser, "a")
    kept = identify(browser.id, Person("user-42"))
    switched = identify(browser.id, Person("user-43"))
    assert (kept.is_switched, switched.is_switched) == (False, True)
    assert switched.profile.id != browser.id
    assert switched.profile.customer_id != customer_of(browser)
    assert pages(customer_of(browser)) == ["a"]
    assert not MergeLog.objects.exists()
    again = identify(switched.profile.id, Person("user-42"))
    assert again.is_switched
    assert again.profile.customer_id == customer_of(browser)


def test_a_list_of_the_administrators_own_is_kept_out_too() -> None:
    BlockedIdentifier.objects.create(value="Store-Tablet")
    with pytest.raises(BadIdentifier, match="blocked"):
        identify(create_visitor_profile().id, Person("store-TABLET"))


@pytest.mark.parametrize(("email", "phone"), [("なし", "0"), ("", ""), ("a@@b", "undefined")])
def test_an_address_that_is_none_is_dropped_and_counted(email: str, phone: str) -> None:
    counters = [IDENTIFIERS_REFUSED.labels(kind) for kind in (Kind.EMAIL, Kind.PHONE)]
    before = [counter._value.get() for counter in counters]
    profile = create_visitor_profile()
    identify(profile.id, Person("user-42", email=email, phone=phone))
    assert list(Identity.objects.values_list("value", flat=True)) == ["user-42"]
    counted = [counter._value.get() - old for counter, old in zip(counters, before, strict=True)]
    assert counted == [bool(email), bool(phone)]


def test_what_an_operator_has_parted_is_not_joined_again() -> None:
    first, second = create_visitor_profile(), create_visitor_profile()
    identify(first.id, Person("user-42", email="taro@e.jp"))
    look_at(second, "strangers")
    identify(second.id, Person("user-42", phone="090-1234-5678"))
    undo_merge(MergeLog.objects.get().id, actor="aoi")
    parted = Profile.objects.get(id=second.id)
    assert (parted.member_id, parted.customer_id) == (None, second.customer_id)
    again = identify(second.id, Person("user-42", phone="090-1234-5678"))
    assert again.is_switched
    assert again.profile.customer_id == customer_of(first)
    assert customer_of(second) == second.customer_id
    assert pages(customer_of(first)) == []
    conflict = IdentityConflict.objects.get()
    assert (conflict.kind, conflict.other_id) == (Kind.PHONE, second.customer_id)
    # What else the two hold in common does not join them either.
    identify(first.id, Person("user-42", email="taro@e.jp", phone="090-1234-5678"))
    assert customer_of(second) == second.customer_id


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


def test_a_member_on_every_page_costs_a_few_reads(
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    profile = create_visitor_profile()
    person = Person(" user-42 ", "taro@e.jp", "090-1234-5678", {"rank": "gold", "note": None})
    identify(profile.id, person)
    verified = list(Identity.objects.order_by("id").values_list("verified_at", flat=True))
    with django_assert_max_num_queries(6):
        assert not identify(profile.id, person).is_switched
    assert list(Identity.objects.order_by("id").values_list("verified_at", flat=True)) == verified


@pytest.mark.parametrize(
    "person",
    [
        Person("user-42", email="hanako@e.jp", traits={"rank": "gold"}),
        Person("user-42", traits={"rank": "silver"}),
        Person("user-42", traits={"rank": None}),
        Person("user-42", traits={"rank": "gold", "points": 1}),
    ],
)
def test_what_has_changed_since_the_last_page_is_stored(person: Person) -> None:
    profile = create_visitor_profile()
    identify(profile.id, Person("user-42", traits={"rank": "gold"}))
    identify(profile.id, person)
    shown = told(profile.customer_id)
    assert shown.pop("user_id") == ("user-42", "site")
    known = {key: value for key, value in person.traits.items() if value is not None}
    assert shown == {key: (value, "site") for key, value in known.items()}
    assert Identity.objects.filter(kind=Kind.EMAIL).exists() == bool(person.email)


def test_that_a_member_is_still_here_is_noted_after_a_while() -> None:
    profile = create_visitor_profile()
    identify(profile.id, Person("user-42"))
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    Identity.objects.update(verified_at=long_ago)
    identify(profile.id, Person("user-42"))
    assert Identity.objects.get().verified_at > long_ago


@pytest.mark.parametrize(
    ("kind", "value"),
    [(Kind.EMAIL, "İ" * 240 + "@e.jp"), (Kind.USER_ID, "か\u3099" * 200)],
    ids=["longer when folded", "longer as it was given"],
)
def test_an_identifier_that_does_not_fit_is_refused(kind: Kind, value: str) -> None:
    with pytest.raises(BadIdentifier, match="longer"):
        vouch(create_visitor_profile(), kind, value, Verifier.SITE)


def test_white_space_around_an_identifier_is_not_stored() -> None:
    vouch(create_visitor_profile(), Kind.USER_ID, f"{' ' * 300}user-42 ", Verifier.SITE)
    assert Identity.objects.get().value == "user-42"


@pytest.mark.django_db(transaction=True)
def test_the_same_address_from_two_browsers_at_once_joins_them() -> None:
    one, other = create_visitor_profile(), create_visitor_profile()
    told = read(Kind.EMAIL, "taro@e.jp")
    second = Thread(
        target=in_its_own_connection, args=[lambda: keep(other, told, Verifier.EMAIL_CODE)]
    )
    with transaction.atomic():
        keep(one, told, Verifier.EMAIL_CODE)
        second.start()
        wait_for_a_lock()
    second.join()
    assert customer_of(one) == customer_of(other)


def test_of_many_claims_the_oldest_goes() -> None:
    profile = create_visitor_profile()
    for n in range(MOST_CLAIMS):
        claim(profile.id, Kind.EMAIL, f"{n}@e.jp")
    claim(profile.id, Kind.EMAIL, "0@e.jp")
    claim(profile.id, Kind.EMAIL, "new@e.jp")
    claim(profile.id, Kind.USER_ID, "user-42")
    kept = set(Claim.objects.values_list("value", flat=True))
    assert kept == {"0@e.jp", "2@e.jp", "3@e.jp", "4@e.jp", "new@e.jp", "user-42"}


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Kind.EMAIL, " Taro.Yamada+shop@Example.JP ", "taro.yamada+shop@example.jp"),
        (Kind.EMAIL, "ｔａｒｏ＠example.jp", "taro@example.jp"),
        (Kind.PHONE, "090-1234-5678", "+819012345678"),
        (Kind.PHONE, "+1 415 555 2671", "+14155552671"),
        (Kind.PHONE, "０９０１２３４５６７８", "+819012345678"),
        (Kind.USER_ID, "User-42", "User-42"),
    ],
)
def test_equal_identifiers_are_written_one_way(kind: Kind, value: str, expected: str) -> None:
    assert normalise(kind, value) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.EMAIL, "taro@@example.jp"),
        (Kind.EMAIL, "taro"),
        (Kind.PHONE, "12"),
        (Kind.PHONE, "あいう"),
        (Kind.USER_ID, "x" * 256),
        (Kind.USER_ID, "a\x00b"),
        (Kind.USER_ID, "'null'"),
    ],
)
def test_what_is_malformed_is_refused_with_a_reason(kind: Kind, value: str) -> None:
    with pytest.raises(BadIdentifier, match=r"\w"):
        normalise(kind, value)


def test_two_members_are_never_joined_by_a_mail_address() -> None:
    one, other = create_visitor_profile(), create_visitor_profile()
    identify(one.id, Person("user-1", email="family@e.jp"))
    identify(other.id, Person("user-2", email="family@e.jp"))
    assert customer_of(one) != customer_of(other)
    [conflict] = IdentityConflict.objects.all()
    assert (conflict.reason, conflict.profile_id) == ("two_members", other.id)
    assert conflict.other_id == customer_of(one)


def test_the_same_verified_address_joins_who_is_no_member_yet() -> None:
    mail, member = create_visitor_profile(), create_visitor_profile()
    vouch(mail, Kind.EMAIL, "taro@e.jp", Verifier.EMAIL_CODE)
    identify(member.id, Person("user-1", email="Taro@e.jp"))
    assert customer_of(mail) == customer_of(member)
    assert Identity.objects.get(kind=Kind.EMAIL).verified_by == Verifier.SITE


def test_beyond_the_limit_the_weaker_identifier_gives_way() -> None:
    profile = create_visitor_profile()
    for n in range(5):
        vouch(profile, Kind.EMAIL, f"{n}@e.jp", Verifier.OPERATOR if n == 3 else Verifier.SITE)
    assert vouch(profile, Kind.EMAIL, "weak@e.jp", Verifier.OPERATOR) is None
    assert vouch(profile, Kind.EMAIL, "strong@e.jp", Verifier.SITE)
    kept = set(Identity.objects.values_list("value_norm", flat=True))
    assert kept == {"0@e.jp", "1@e.jp", "2@e.jp", "4@e.jp", "strong@e.jp"}
    dropped = set(IdentityConflict.objects.values_list("value", flat=True))
    assert dropped == {"weak@e.jp", "3@e.jp"}


def test_a_claim_that_is_verified_later_is_a_claim_no_more() -> None:
    profile = create_visitor_profile()
    assert claim(profile.id, Kind.EMAIL, "taro@e.jp")
    identify(profile.id, Person("user-1", email="taro@e.jp"))
    assert not Claim.objects.exists()
    assert claim(profile.id, Kind.EMAIL, "TARO@e.jp") is None


def told(customer_id: UUID) -> dict[str, Any]:
    traits = Customer.objects.get(id=customer_id).traits
    return {key: (known["value"], known["source"]) for key, known in traits.items()}


def test_the_stronger_source_is_shown_and_the_other_is_kept() -> None:
    profile = create_visitor_profile()
    tell_traits(profile.id, {"plan": "free", "name": "ハナコ"}, source="tracker")
    tell_traits(profile.id, {"plan": "gold"}, source="crm:salesforce")
    tell_traits(profile.id, {"plan": "silver"}, source="site")
    customer = Customer.objects.get(id=profile.customer_id)
    assert told(customer.id) == {
        "plan": ("gold", "crm:salesforce"),
        "name": ("ハナコ", "tracker"),
    }
    assert [one["value"] for one in customer.traits["plan"]["others"]] == ["silver", "free"]
    assert customer.name == "ハナコ"
    tell_traits(profile.id, {"plan": None}, source="crm:salesforce")
    assert told(customer.id)["plan"] == ("silver", "site")


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
