"""What a browser may say of its visitor, signed or not (AC18, AC19)."""

from uuid import UUID

import pytest
from django.db import OperationalError

from customers.actions import claims
from customers.metrics import IDENTIFIERS_REFUSED
from customers.models import Claim, Identity, MergeLog, Profile, Trait
from tests.cast import Cast, Guest
from tests.customers.watching import all_of, shop, tell_order
from tests.widget.signing import Site
from tests.widget.site import SHOP, Page

pytestmark = pytest.mark.django_db


def test_ac18_a_claim_reveals_and_changes_nothing(cast: Cast) -> None:
    taro, stranger = cast.guest(), cast.guest()
    signed = Site(cast.shop).sign("taro", email="taro@e.jp", name="太郎", rank="gold")
    Page(SHOP, taro).post("identify", {"token": signed})
    his = Profile.objects.get(id=taro.visitor.profile_id)
    shop(his, "茶")
    tell_order(his, "T-1")
    before = all_of(his.customer_id)
    claimed = {"email": "Taro@e.jp", "name": "太郎", "traits": {"rank": "silver"}}
    Page(SHOP, cast.guest()).post("claims", claimed)
    known = Page(SHOP, stranger).post("claims", {"email": "Taro@e.jp"})
    unknown = Page(SHOP, stranger).post("claims", {"email": "nobody@e.jp"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    told = [{**answer.headers, "X-Request-ID": ""} for answer in (known, unknown)]
    assert told[0] == told[1]
    assert Page(SHOP, stranger).get("conversations").json()["conversations"] == []
    mine, theirs = (Profile.objects.get(id=who.visitor.profile_id) for who in (stranger, taro))
    assert mine.customer_id != theirs.customer_id
    assert set(mine.claims.values_list("value_norm", flat=True)) == {"taro@e.jp", "nobody@e.jp"}
    assert not theirs.claims.exists()
    assert not MergeLog.objects.exists()
    assert all_of(theirs.customer_id) == before


def test_ac18_claims_are_limited(cast: Cast) -> None:
    guest = cast.guest()
    answers = [
        Page(SHOP, guest).post("claims", {"email": f"{n}@e.jp"}).status_code for n in range(6)
    ]
    assert answers == [202] * 5 + [429]


BAD = ["", " ", "null", "undefined", "0", "anonymous", "[object Object]", "-1", str(UUID(int=0))]


def test_ac19_what_identifies_nobody_is_taken_and_dropped(cast: Cast) -> None:
    counter = IDENTIFIERS_REFUSED.labels("user_id")
    before = counter._value.get()
    for value in BAD:
        guest: Guest = cast.guest()
        assert Page(SHOP, guest).post("claims", {"user_id": value}).status_code == 202
    assert counter._value.get() - before == len(BAD)
    assert not Claim.objects.exists()
    assert not Identity.objects.exists()


@pytest.mark.parametrize("value", BAD)
def test_ac19_what_identifies_nobody_is_refused_when_it_is_signed(cast: Cast, value: str) -> None:
    guest = cast.guest()
    before = all_of(guest.visitor.customer_id)
    signed = Site(cast.shop).sign(value, email="taro@e.jp", name="太郎")
    answer = Page(SHOP, guest).post("identify", {"token": signed})
    assert (answer.status_code, answer.json()["field"]) == (401, "sub")
    assert all_of(guest.visitor.customer_id) == before
    assert Page(SHOP, guest).get("conversations").status_code == 200


def test_unsigned_traits_are_kept_apart_and_overwrite_nothing(cast: Cast) -> None:
    guest = cast.guest()
    signed = Site(cast.shop).sign("taro", rank="gold")
    answer = Page(SHOP, guest).post("identify", {"token": signed}).json()
    page = Page(SHOP)
    page.headers["Authorization"] = f"Bearer {answer['token']}"
    told = {"user_id": "someone-else", "traits": {"rank": "platinum", "points": 120}}
    assert page.post("claims", told).status_code == 202
    customer = Profile.objects.get(id=answer["profile_id"]).customer
    shown = {key: known["value"] for key, known in customer.traits.items()}
    assert shown == {
        "user_id": "taro",
        "rank": "gold",
        "claimed.rank": "platinum",
        "claimed.points": 120.0,
    }
    assert set(Identity.objects.values_list("value_norm", flat=True)) == {"taro"}


def test_half_an_emoji_costs_no_claim(cast: Cast) -> None:
    guest = cast.guest()
    body = (
        '{"email": "a@e.jp", "user_id": "\\ud800", "name": "太郎\\ud83c", "traits": {"n": 1e400}}'
    )
    assert Page(SHOP, guest).post("claims", body).status_code == 202
    assert set(Claim.objects.values_list("kind", "value")) == {("email", "a@e.jp")}
    assert set(Trait.objects.values_list("key", "value")) == {("name", "太郎\ufffd")}


def test_what_a_customer_says_is_noted_whole_or_not_at_all(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest, said = cast.guest(), {"user_id": "u-1", "email": "a@e.jp", "traits": {"rank": "gold"}}

    def fail(*_: object, **__: object) -> None:
        raise OperationalError("the connection has gone")

    with monkeypatch.context() as patched:
        patched.setattr(claims, "tell_traits", fail)
        assert Page(SHOP, guest).post("claims", said).status_code == 503
    assert not Claim.objects.exists()
    assert Page(SHOP, guest).post("claims", said).status_code == 202
    assert (Claim.objects.count(), Trait.objects.count()) == (2, 1)


def test_traits_that_are_no_plain_values_are_refused(cast: Cast) -> None:
    guest = cast.guest()
    for traits in ({"deep": {"a": 1}}, {"x" * 61: 1}, {f"k{n}": 1 for n in range(51)}):
        assert Page(SHOP, guest).post("claims", {"traits": traits}).status_code == 400
