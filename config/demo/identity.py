"""The demo shop vouches for its members, as `docs/identity.md` tells any site to."""

from joserfc import jwt
from joserfc.jwk import OctKey

from config.demo.members import Member
from talk import clock
from talk.actions.identities import live_keys, make_secret
from talk.models import Inbox, SigningKey

LIFE_SECONDS = 300
HS256 = SigningKey.Algorithm.HS256.value


def give_key(inbox: Inbox) -> None:
    """Let the shop sign for an inbox that has no key yet."""
    if inbox.kind == Inbox.Kind.WEB and not SigningKey.objects.filter(inbox=inbox).exists():
        make_secret(SigningKey(inbox=inbox, name="demo"))


def identity_of(member: Member | None, inbox: Inbox | None) -> str:
    """Return the token that the page hands to the widget, '' for who is not logged in."""
    keys = live_keys(inbox) if member and inbox else []
    secret = next((key.material for key in keys if key.algorithm == HS256), "")
    if not secret or member is None or inbox is None:
        return ""
    now = int(clock.now().timestamp())
    claims = {
        "sub": member.number,
        "aud": inbox.public_id,
        "iat": now,
        "exp": now + LIFE_SECONDS,
        "email": member.email,
        "name": member.name,
        "rank": member.rank,
        "points": member.points,
        "since": member.since,
        "password_hint": member.hint,
        "subscriptions": list(member.subscriptions),
    }
    return jwt.encode({"alg": HS256}, claims, OctKey.import_key(secret))
