"""Identifiers: how they are written, whom they join, which give way."""

from datetime import UTC, datetime
from threading import Thread

import pytest
from django.db import transaction

from customers.actions import create_visitor_profile
from customers.actions.claims import MOST_CLAIMS, claim
from customers.actions.identify import Person, identify
from customers.actions.merges import undo_merge
from customers.actions.vouching import keep, vouch
from customers.identifiers import BadIdentifier, Kind, Verifier, normalise, read
from customers.models import (
    BlockedIdentifier,
    Claim,
    Identity,
    IdentityConflict,
    MergeLog,
)
from tests.customers.watching import (
    customer_of,
    in_its_own_connection,
    wait_for_a_lock,
)

pytestmark = pytest.mark.django_db


def test_a_list_of_the_administrators_own_is_kept_out_too() -> None:
    BlockedIdentifier.objects.create(value="Store-Tablet")
    with pytest.raises(BadIdentifier, match="blocked"):
        identify(create_visitor_profile().id, Person("store-TABLET"))


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


def test_what_stands_against_joining_is_noted_as_what_it_is() -> None:
    full, other, third = (create_visitor_profile() for _ in range(3))
    for n in range(5):
        vouch(full, Kind.EMAIL, f"{n}@e.jp", Verifier.SITE)
    vouch(other, Kind.EMAIL, "sixth@e.jp", Verifier.SITE)
    assert vouch(full, Kind.EMAIL, "sixth@e.jp", Verifier.CRM) is None
    vouch(other, Kind.PHONE, "090-1234-5678", Verifier.SITE)
    vouch(third, Kind.PHONE, "090-1234-5678", Verifier.CRM)
    undo_merge(MergeLog.objects.get().id, actor="oto")
    third.refresh_from_db()
    assert vouch(third, Kind.PHONE, "090-1234-5678", Verifier.CRM) is None
    told = IdentityConflict.objects.values_list("profile_id", "value", "reason", "other_id")
    assert set(told) == {
        (full.id, "sixth@e.jp", "limit", customer_of(other)),
        (third.id, "090-1234-5678", "parted", customer_of(other)),
    }


def test_a_weaker_word_makes_a_stronger_one_no_newer() -> None:
    profile, early = create_visitor_profile(), datetime(2026, 11, 1, tzinfo=UTC)
    for verifier, by, is_early in (
        (Verifier.CRM, Verifier.SITE, True),
        (Verifier.SITE, Verifier.SITE, False),
    ):
        identify(profile.id, Person("user-42", "taro@e.jp"))
        Identity.objects.update(verified_at=early)
        vouch(profile, Kind.EMAIL, "taro@e.jp", verifier)
        held = Identity.objects.get(kind=Kind.EMAIL)
        assert (held.verified_by, held.verified_at == early) == (by, is_early)


def test_a_claim_that_is_verified_later_is_a_claim_no_more() -> None:
    profile = create_visitor_profile()
    assert claim(profile.id, Kind.EMAIL, "taro@e.jp")
    identify(profile.id, Person("user-1", email="taro@e.jp"))
    assert not Claim.objects.exists()
    assert claim(profile.id, Kind.EMAIL, "TARO@e.jp") is None
