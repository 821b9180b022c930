"""S-11 and S-12: a planted token and a forged identity open nothing."""

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from joserfc.jwk import ECKey

from config.demo.identity import KEY, identity_of
from config.demo.members import MEMBERS
from customers.actions.merges import undo_merge
from customers.models import Identity, MergeLog, Profile
from talk.actions import access, messages
from talk.actions.identities import revoke_key
from talk.errors import Invalid, NotFound
from talk.models import Conversation, Event, SigningKey
from tests.cast import Cast, Guest
from tests.widget.signing import Site, pair_of, part, signed, signed_by_pair, signed_raw, unsigned
from tests.widget.site import SHOP, Page

pytestmark = pytest.mark.django_db


def identify(guest: Guest, token: str) -> Any:
    return Page(SHOP, guest).post("identify", {"token": token})


def say(guest: Guest, body: str) -> None:
    client_id = "0199b9e0-0000-7000-8000-000000000001"
    messages.receive(guest.visitor, client_id=client_id, body=body)  # type: ignore[arg-type]


class TestS11:
    """Fixation: an attacker plants a token, then the victim identifies with it."""

    def test_s_11_the_victim_goes_on_under_a_token_that_only_they_have(self, cast: Cast) -> None:
        planted, site = cast.guest(), Site(cast.shop)
        answer = identify(planted, site.sign("user-42"))
        assert answer.status_code == 200
        fresh = answer.json()["token"]
        assert fresh != planted.token
        assert access.visitor_by_token(cast.shop.public_id, fresh)
        with pytest.raises(NotFound):
            access.visitor_by_token(cast.shop.public_id, planted.token)
        assert Page(SHOP, planted).get("conversations").status_code == 401

    def test_s_11_what_the_member_said_elsewhere_stays_theirs(self, cast: Cast) -> None:
        site, home, planted = Site(cast.shop), cast.guest(), cast.guest()
        say(home, "住所はここです")
        identify(home, site.sign("user-42"))
        before = Page(SHOP, planted).get("conversations").json()
        assert before["messages"] == []
        fresh = identify(planted, site.sign("user-42")).json()["token"]
        known = Page(SHOP, Guest(planted.visitor, fresh, cast.shop)).get("conversations").json()
        assert [row["body"] for row in known["messages"]] == ["住所はここです"]
        assert Page(SHOP, planted).get("conversations").status_code == 401

    def test_s_11_a_token_given_out_for_the_member_stays(self, cast: Cast) -> None:
        guest, site = cast.guest(), Site(cast.shop)
        fresh = identify(guest, site.sign("user-42")).json()["token"]
        again = identify(Guest(guest.visitor, fresh, cast.shop), site.sign("user-42"))
        assert again.json()["token"] == ""
        assert access.visitor_by_token(cast.shop.public_id, fresh)


def test_what_is_said_while_the_site_identifies_is_the_members(cast: Cast) -> None:
    """The visitor was looked up before the merge: the message must not follow the old answer."""
    site, home, before = Site(cast.shop), cast.guest(), cast.guest()
    identify(home, site.sign("user-42"))
    say(home, "こんにちは")
    identify(before, site.sign("user-42"))
    client_id = UUID("0199b9e0-0000-7000-8000-000000000002")
    messages.receive(before.visitor, client_id=client_id, body="続きです")
    [conversation] = Conversation.objects.all()
    assert conversation.customer_id == home.visitor.customer_id
    assert conversation.last_seq == 2


def test_the_open_conversation_is_found_after_many_log_ins(cast: Cast) -> None:
    site, home = Site(cast.shop), cast.guest()
    identify(home, site.sign("user-42"))
    say(home, "配送について")
    for _ in range(access.MOST_OTHERS + 1):
        later = cast.guest()
        identify(later, site.sign("user-42"))
    profile = Profile.objects.get(id=later.visitor.profile_id)
    visitor = access.visitor_of(profile, cast.shop.id)
    assert len(visitor.others) == access.MOST_OTHERS
    assert visitor.others[0] == home.visitor.profile_id
    assert messages.current_conversation(visitor) == Conversation.objects.get().id


@dataclass(frozen=True)
class Forger:
    """What an attacker has: a good token of somebody, another inbox's secret, a public key."""

    site: Site
    other: Site
    public_key: str

    @property
    def good(self) -> dict[str, Any]:
        return self.site.claims("user-42")

    @property
    def parts(self) -> list[str]:
        return self.site.sign("user-42").split(".")

    def changed(self, **claims: Any) -> str:
        """Sign by the site's own secret: only the claims are wrong. None leaves one out."""
        told = {**self.good, **claims}
        kept = {name: value for name, value in told.items() if value is not None}
        return signed(kept, self.site.secret)

    def headed(self, **header: Any) -> str:
        _, body, mark = self.parts
        return f"{part(header)}.{body}.{mark}"


def now() -> int:
    return int(time.time())


def nested(levels: int) -> list[Any]:
    tree: list[Any] = []
    for _ in range(levels):
        tree = [tree]
    return tree


def own_jwk() -> dict[str, Any]:
    return dict(ECKey.generate_key("P-256").as_dict(private=False))


def twice(forger: Forger) -> str:
    claims = json.dumps(forger.good)
    return signed_raw(f'{{"sub":"user-1",{claims[1:]}', forger.site.secret)


FORGERIES: dict[str, Callable[[Forger], str]] = {
    "alg none": lambda forger: unsigned(forger.good),
    "alg None": lambda forger: unsigned(forger.good, "None"),
    "alg left out": lambda forger: forger.headed(typ="JWT"),
    "RS256": lambda forger: forger.headed(alg="RS256"),
    "HS512": lambda forger: forger.headed(alg="HS512"),
    "a path for a key": lambda forger: forger.headed(alg="none", kid="../../dev/null"),
    "a key of its own": lambda forger: forger.headed(alg="ES256", jwk=own_jwk()),
    "the public key as a secret": lambda forger: signed_raw(
        json.dumps(forger.good), forger.public_key
    ),
    "another inbox's secret": lambda forger: signed(forger.good, forger.other.secret),
    "another inbox's audience": lambda forger: forger.changed(aud=forger.other.inbox.public_id),
    "several audiences": lambda forger: forger.changed(aud=[forger.site.inbox.public_id]),
    "no audience": lambda forger: forger.changed(aud=None),
    "no exp": lambda forger: forger.changed(exp=None),
    "expired": lambda forger: forger.changed(exp=now() - 120),
    "exp beyond a day": lambda forger: forger.changed(exp=now() + 25 * 3600),
    "exp as text": lambda forger: signed_raw(
        json.dumps({**forger.good, "exp": "tomorrow"}), forger.site.secret
    ),
    "exp that is no number": lambda forger: signed_raw(
        json.dumps({**forger.good, "exp": math.nan}), forger.site.secret
    ),
    "not yet": lambda forger: forger.changed(nbf=now() + 600),
    "from the future": lambda forger: forger.changed(iat=now() + 600),
    "no sub": lambda forger: forger.changed(sub=None),
    "empty sub": lambda forger: forger.changed(sub=" "),
    "sub that everybody shares": lambda forger: forger.changed(sub="undefined"),
    "sub of another type": lambda forger: signed_raw(
        json.dumps({**forger.good, "sub": 42}), forger.site.secret
    ),
    "a claim twice": twice,
    "no object": lambda forger: signed_raw("[]", forger.site.secret),
    "no JSON": lambda forger: signed_raw("{", forger.site.secret),
    "deep": lambda forger: signed_raw("[" * 5000, forger.site.secret),
    "too deep": lambda forger: forger.changed(tree=nested(21)),
    "a number beyond all": lambda forger: signed_raw(
        json.dumps({**forger.good, "exp": 10**400}), forger.site.secret
    ),
    "too many bytes": lambda forger: forger.site.sign("user-42") + "é" * 4_000,
    "a changed body": lambda forger: ".".join(
        (forger.parts[0], part({**forger.good, "sub": "user-1"}), forger.parts[2])
    ),
    "no mark": lambda forger: ".".join((*forger.parts[:2], "")),
    "two parts": lambda forger: ".".join(forger.parts[:2]),
    "nothing": lambda _: "",
    "too long": lambda forger: forger.changed(note="x" * 9_000),
    "control characters": lambda _: "\u0000\u0007",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_s_12_a_forged_identity_changes_nothing(cast: Cast, name: str) -> None:
    public_key = pair_of(cast.shop).as_pem(private=False).decode()
    forger, guest = Forger(Site(cast.shop), Site(cast.salon), public_key), cast.guest()
    response = identify(guest, FORGERIES[name](forger))
    assert response.status_code == 401, response.json()
    assert response.json()["code"] == "bad_identity_token"
    assert response.json()["detail"]
    assert not Identity.objects.exists()
    assert not MergeLog.objects.exists()
    assert Page(SHOP, guest).get("conversations").status_code == 200


def test_s_12_both_algorithms_and_both_live_keys_are_good(cast: Cast) -> None:
    first, pair = Site(cast.shop), pair_of(cast.shop)
    second = cast.guest()
    assert identify(cast.guest(), first.sign("user-42")).status_code == 200
    assert identify(second, signed_by_pair(first.claims("user-43"), pair)).status_code == 200
    assert set(Identity.objects.values_list("value", flat=True)) == {"user-42", "user-43"}


def test_s_12_a_revoked_key_signs_nothing(cast: Cast) -> None:
    site = Site(cast.shop)
    token = site.sign("user-42")
    revoke_key(site.key)
    assert identify(cast.guest(), token).status_code == 401


def test_with_a_key_end_the_tokens_that_were_given_out_on_its_word(cast: Cast) -> None:
    leaked, kept = Site(cast.shop), Site(cast.shop)
    attacker, member, other, stranger = (cast.guest() for _ in range(4))
    stolen = identify(attacker, leaked.sign("user-42")).json()["token"]
    own = identify(member, leaked.sign("user-43")).json()["token"]
    sound = identify(other, kept.sign("user-44")).json()["token"]
    # The sound key has vouched for it since.
    identify(Guest(member.visitor, own, cast.shop), kept.sign("user-43"))
    revoke_key(leaked.key)
    with pytest.raises(NotFound):
        access.visitor_by_token(cast.shop.public_id, stolen)
    for token in (own, sound, stranger.token):
        assert access.visitor_by_token(cast.shop.public_id, token)
    assert Event.objects.filter(kind="access.changed").exists()


def test_a_third_live_key_is_refused(cast: Cast) -> None:
    Site(cast.shop)
    old = Site(cast.shop)
    with pytest.raises(Invalid, match="二つの鍵"):
        Site(cast.shop)
    with pytest.raises(Invalid, match="二つの鍵"):
        pair_of(cast.shop)
    revoke_key(old.key)
    assert Site(cast.shop).secret
    assert SigningKey.objects.filter(revoked_at=None).count() == 2


def test_a_secret_that_cannot_be_read_does_not_stop_the_other_key(cast: Cast) -> None:
    lost, kept = Site(cast.shop), Site(cast.shop)
    SigningKey.objects.filter(id=lost.key.id).update(material="sealed with another SECRET_KEY")
    assert identify(cast.guest(), kept.sign("user-42")).status_code == 200
    assert identify(cast.guest(), lost.sign("user-42")).status_code == 401


def test_the_demo_signs_with_a_secret_and_not_with_a_public_key(cast: Cast) -> None:
    pair_of(cast.shop)
    site = Site(cast.shop)
    assert identity_of(MEMBERS[0], cast.shop) == "", "a company's own key is not the demo's"
    SigningKey.objects.filter(id=site.key.id).update(name=KEY)
    assert identify(cast.guest(), identity_of(MEMBERS[0], cast.shop)).status_code == 200


def test_s_11_parting_ends_the_token_that_was_given_out_for_the_member(cast: Cast) -> None:
    site, home, parted = Site(cast.shop), cast.guest(), cast.guest()
    kept = identify(home, site.sign("user-42")).json()["token"]
    say(home, "住所はここです")
    ended = identify(parted, site.sign("user-42")).json()["token"]
    assert access.visitor_by_token(cast.shop.public_id, ended).others
    undo_merge(MergeLog.objects.get().id, actor="aoi")
    with pytest.raises(NotFound):
        access.visitor_by_token(cast.shop.public_id, ended)
    assert access.visitor_by_token(cast.shop.public_id, kept).others == ()


@pytest.mark.parametrize("address", [{"email": "なし", "phone": "0"}, {"email": None, "phone": 0}])
def test_only_a_bad_user_id_refuses(cast: Cast, address: dict[str, Any]) -> None:
    answer = identify(cast.guest(), Site(cast.shop).sign("user-42", **address))
    assert answer.status_code == 200, answer.json()
    assert list(Identity.objects.values_list("value", flat=True)) == ["user-42"]
    refused = identify(cast.guest(), Site(cast.shop).sign("undefined", **address))
    assert (refused.status_code, refused.json()["field"]) == (401, "sub")


def test_the_secret_is_not_in_the_database(cast: Cast) -> None:
    site = Site(cast.shop)
    assert site.secret not in SigningKey.objects.get().material


def test_unsigned_values_never_overwrite_signed_ones(cast: Cast) -> None:
    site, guest = Site(cast.shop), cast.guest()
    fresh = identify(guest, site.sign("user-42", name="山田花子")).json()["token"]
    member = Guest(guest.visitor, fresh, cast.shop)
    answer = Page(SHOP, member).post("claims", {"name": "偽の名前", "user_id": "user-1"})
    assert answer.status_code == 202
    customer = Profile.objects.get(id=guest.visitor.profile_id).customer
    assert customer.name == "山田花子"
    assert customer.traits["name"]["source"] == "site"
    assert customer.traits["claimed.name"]["value"] == "偽の名前"
    assert list(Identity.objects.values_list("value", flat=True)) == ["user-42"]
