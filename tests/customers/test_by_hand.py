"""What operators decide: who may be one person, who is, who is not, and which value is right."""

import pytest

from customers.actions import create_visitor_profile
from customers.actions.by_hand import (
    TakenIdentifier,
    confirm_claim,
    merge_customers,
    part_customers,
)
from customers.actions.claims import claim
from customers.actions.erase import erase_customer
from customers.actions.identify import Person, identify
from customers.actions.merges import MergeRefused
from customers.actions.precedence import set_precedence
from customers.actions.traits import tell_traits
from customers.actions.vouching import vouch
from customers.audit import Kind as WhoKind
from customers.audit import Who
from customers.candidates import Candidate, Evidence, candidates
from customers.identifiers import Kind, Verifier
from customers.models import AuditEntry, Claim, Customer, Identity, MergeLog, Profile, Trait
from tests.customers.watching import customer_of, look_at, pages, told

pytestmark = pytest.mark.django_db
AOI = Who(WhoKind.OPERATOR, "Aoi")
TARO = "taro@example.jp"


def member(user_id: str = "user-42", email: str = TARO) -> Profile:
    return identify(create_visitor_profile().id, Person(user_id, email)).profile


def claimant(value: str = TARO, kind: Kind = Kind.EMAIL) -> Profile:
    profile = create_visitor_profile()
    claim(profile.id, kind, value)
    return profile


def found(profile: Profile) -> list[Candidate]:
    return candidates(customer_of(profile))


def test_a_claim_that_another_has_verified_makes_a_candidate_on_both_sides() -> None:
    taro, guest = member(), claimant(" Taro@Example.JP")
    claimed = Evidence("email", "Taro@Example.JP", "claimed", "verified")
    assert found(guest) == [Candidate(taro.customer_id, (claimed,))]
    verified = Evidence("email", TARO, "verified", "claimed")
    assert found(taro) == [Candidate(guest.customer_id, (verified,))]


def test_the_same_claim_on_two_makes_a_candidate_and_a_name_alone_never_does() -> None:
    one, other = claimant("090-1234-5678", Kind.PHONE), claimant("+819012345678", Kind.PHONE)
    namesake = create_visitor_profile()
    for profile in (one, namesake):
        tell_traits(profile.id, {"name": "山田 太郎"}, source="survey")
    evidence = Evidence("phone", "090-1234-5678", "claimed", "claimed")
    assert found(one) == [Candidate(other.customer_id, (evidence,))]
    assert found(namesake) == []


def test_what_many_claim_says_nothing() -> None:
    crowd = [claimant("info@shop.example") for _ in range(6)]
    assert found(crowd[0]) == []
    assert len(found(claimant("rare@shop.example"))) == 0
    Claim.objects.filter(profile=crowd[5]).delete()
    assert len(found(crowd[0])) == 4


def test_two_members_with_one_address_are_candidates_by_their_conflict() -> None:
    one, other = member("user-1"), member("user-2")
    verified = Evidence("email", TARO, "verified", "verified")
    assert found(other) == [Candidate(one.customer_id, (verified,))]
    assert found(one) == [Candidate(other.customer_id, (verified,))]


def test_who_was_parted_or_erased_or_joined_is_no_candidate() -> None:
    taro, guest = member(), claimant()
    log = merge_customers(AOI, taro.customer_id, guest.customer_id, choices={}, reason="said so")
    assert found(taro) == []
    part_customers(AOI, log.id, reason="a twin")
    assert found(taro) == []
    gone = claimant()
    assert [one.customer_id for one in found(taro)] == [gone.customer_id]
    erase_customer(AOI, gone.customer_id, reason="asked")
    assert found(taro) == []


def test_candidates_are_one_statement(django_assert_num_queries: pytest.FixtureRequest) -> None:
    guest = claimant()
    member()
    with django_assert_num_queries(1):  # type: ignore[operator]  # its type is private
        assert len(candidates(guest.customer_id)) == 1


def test_a_merge_by_hand_shows_the_chosen_values_and_is_audited() -> None:
    taro, guest = member(), claimant()
    tell_traits(taro.id, {"name": "山田 太郎", "plan": "gold", "city": "東京"}, source="site")
    tell_traits(guest.id, {"name": "やまだ", "plan": "silver", "city": "大阪"}, source="survey")
    look_at(guest, "cart")
    choices = {"name": "other", "plan": "this", "city": "other"}
    log = merge_customers(
        AOI, taro.customer_id, guest.customer_id, choices=choices, reason="同じ電話番号"
    )
    assert customer_of(guest) == taro.customer_id
    assert told(taro.customer_id) == {
        "user_id": ("user-42", "site"),
        "name": ("やまだ", "operator"),
        "plan": ("gold", "site"),
        "city": ("大阪", "operator"),
    }
    assert Customer.objects.get(id=taro.customer_id).name == "やまだ"
    assert pages(taro.customer_id) == ["cart"]
    entry = AuditEntry.objects.get(action="customers.merged")
    assert (entry.customer_id, entry.reason) == (taro.customer_id, "同じ電話番号")
    loser = str(guest.customer_id)
    assert entry.what == {"merge": str(log.id), "loser": loser, "keys": ["city", "name", "plan"]}


def test_undoing_gives_everything_back_the_chosen_values_too() -> None:
    taro, guest = member(), claimant()
    tell_traits(taro.id, {"name": "山田 太郎", "plan": "gold"}, source="site")
    tell_traits(taro.id, {"plan": "platinum"}, source="operator")
    tell_traits(guest.id, {"name": "やまだ", "plan": "silver"}, source="survey")
    before = [told(one.customer_id) for one in (taro, guest)]
    log = merge_customers(
        AOI,
        guest.customer_id,
        taro.customer_id,
        choices={"name": "this", "plan": "this"},
        reason="1",
    )
    assert told(taro.customer_id)["plan"] == ("silver", "operator")
    part_customers(AOI, log.id, reason="not the same")
    assert [told(one.customer_id) for one in (taro, guest)] == before
    assert Customer.objects.get(id=taro.customer_id).name == "山田 太郎"
    assert AuditEntry.objects.get(action="merge.undone").reason == "not the same"


def test_what_an_operator_has_said_since_stays_when_the_merge_is_undone() -> None:
    taro, guest = member(), claimant()
    tell_traits(taro.id, {"plan": "gold"}, source="site")
    tell_traits(guest.id, {"plan": "silver"}, source="site")
    log = merge_customers(
        AOI, taro.customer_id, guest.customer_id, choices={"plan": "other"}, reason="1"
    )
    tell_traits(taro.id, {"plan": "bronze"}, source="operator")
    part_customers(AOI, log.id, reason="2")
    assert told(taro.customer_id)["plan"] == ("bronze", "operator")


def test_members_win_and_of_two_others_the_older_one() -> None:
    guest, taro = claimant(), member()
    log = merge_customers(AOI, guest.customer_id, taro.customer_id, choices={}, reason="1")
    assert (log.winner_id, log.loser_id) == (taro.customer_id, guest.customer_id)
    older, newer = claimant("a@b.example"), claimant("a@b.example")
    log = merge_customers(AOI, newer.customer_id, older.customer_id, choices={}, reason="1")
    assert log.winner_id == older.customer_id


def test_two_members_are_never_joined_nor_too_many_identifiers_nor_who_was_erased() -> None:
    one, other = member("user-1", ""), member("user-2", "")
    with pytest.raises(MergeRefused, match="Two members"):
        merge_customers(AOI, one.customer_id, other.customer_id, choices={}, reason="1")
    guest = create_visitor_profile()
    for profile, numbers in ((one, range(4)), (guest, range(4, 8))):
        for number in numbers:
            vouch(profile, Kind.EMAIL, f"{number}@shop.example", Verifier.CRM)
    with pytest.raises(MergeRefused, match="too many"):
        merge_customers(AOI, one.customer_id, guest.customer_id, choices={}, reason="1")
    erase_customer(AOI, guest.customer_id, reason="asked")
    with pytest.raises(MergeRefused, match="erased"):
        merge_customers(AOI, one.customer_id, guest.customer_id, choices={}, reason="1")
    with pytest.raises(MergeRefused):
        merge_customers(AOI, one.customer_id, one.customer_id, choices={}, reason="1")
    assert not MergeLog.objects.exists()
    assert not AuditEntry.objects.filter(action="customers.merged").exists()


def test_a_side_that_has_no_such_value_cannot_be_chosen() -> None:
    taro, guest = member(), claimant()
    tell_traits(taro.id, {"plan": "gold"}, source="site")
    choices = {"plan": "other", "city": "this"}
    with pytest.raises(MergeRefused, match="city, plan"):
        merge_customers(AOI, taro.customer_id, guest.customer_id, choices=choices, reason="1")
    assert customer_of(guest) == guest.customer_id


def confirm(profile: Profile, kind: Kind = Kind.EMAIL, value: str = TARO) -> Identity:
    return confirm_claim(AOI, customer_of(profile), kind=kind, value=value, reason="on the phone")


def test_an_empty_value_is_chosen_only_where_it_would_be_shown() -> None:
    one, other = create_visitor_profile(), create_visitor_profile()
    tell_traits(one.id, {"plan": "", "rank": ""}, source="crm:main")
    tell_traits(other.id, {"plan": "gold", "rank": "silver"}, source="site")
    set_precedence("rank", sources=[], empty_wins=True)
    both = (one.customer_id, other.customer_id)
    with pytest.raises(MergeRefused, match="Nothing is known that could be shown: plan"):
        merge_customers(AOI, *both, choices={"plan": "this", "rank": "this"}, reason="1")
    log = merge_customers(AOI, *both, choices={"plan": "other", "rank": "this"}, reason="1")
    assert told(log.winner_id) == {"plan": ("gold", "site"), "rank": ("", "crm:main")}


def test_an_operators_word_verifies_with_the_lowest_rank() -> None:
    guest = claimant()
    identity = confirm(guest)
    assert (identity.verified_by, identity.value, identity.profile_id) == (
        "operator",
        TARO,
        guest.id,
    )
    assert not Claim.objects.exists()
    entry = AuditEntry.objects.get(action="identity.verified")
    assert (entry.what, entry.reason) == ({"kind": "email"}, "on the phone")
    vouch(guest, Kind.EMAIL, TARO, Verifier.SITE)
    assert Identity.objects.get(kind="email").verified_by == "site"


def test_confirming_joins_nobody_and_takes_only_what_was_claimed() -> None:
    taro, guest = member(), claimant()
    with pytest.raises(TakenIdentifier):
        confirm(guest)
    with pytest.raises(Claim.DoesNotExist):
        confirm(guest, value="other@example.jp")
    signed = member("user-7", "")
    claim(signed.id, Kind.USER_ID, "user-8")
    with pytest.raises(MergeRefused):
        confirm(signed, Kind.USER_ID, "user-8")
    assert customer_of(taro) != customer_of(guest)
    assert Trait.objects.count() == 2
    assert not AuditEntry.objects.exists()
