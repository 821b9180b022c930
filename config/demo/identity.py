"""The demo shop vouches for its members, as `docs/identity.md` tells any site to."""

from joserfc import jwt
from joserfc.jwk import OctKey

from config.demo.members import Member
from talk import clock
from talk.actions.identities import live_keys, make_secret
from talk.models import Inbox, SigningKey

KEY = "demo"
LIFE_SECONDS = 300
HS256 = SigningKey.Algorithm.HS256.value


def give_key(inbox: Inbox) -> None:
    """Let the shop sign for an inbox that has no key yet."""
    if inbox.kind == Inbox.Kind.WEB and not SigningKey.objects.filter(inbox=inbox).exists():
        make_secret(SigningKey(inbox=inbox, name=KEY))


def identity_of(member: Member | None, inbox: Inbox | None) -> str:
    """Return the token that the page hands to the widget, '' for who is not logged in."""
    secret = _own_secret(inbox) if member and inbox else ""
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


def _own_secret(inbox: Inbox) -> str:
    """Never another key than the shop's own: its members' passwords are known to everybody."""
    own = SigningKey.objects.filter(inbox=inbox, name=KEY).values_list("id", flat=True)
    keys = [key for key in live_keys(inbox) if key.id in own and key.algorithm == HS256]
    return keys[0].material if keys else ""
