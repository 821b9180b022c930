"""Visitors whom a site vouches for, and what visitors say of themselves."""

import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from customers.actions.identify import Person, identify
from customers.identifiers import BadIdentifier
from customers.models import Profile
from customers.sealing import Unreadable, seal, unseal
from talk import clock, events
from talk.actions.access import (
    digest,
    issue_visitor_token,
    revoke_profile_tokens,
    revoke_signed_tokens,
)
from talk.errors import Invalid
from talk.identity_tokens import BadToken, Key, Signed, read
from talk.models import Inbox, SigningKey, VisitorToken
from talk.models.signing import NO_ROOM
from talk.policy import Visitor

logger = logging.getLogger(__name__)
PURPOSE = "sobani.sign.v1"
USE_NOTED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who the visitor is now; `token` replaces every earlier one, '' when the old one stays."""

    profile_id: UUID
    token: str
    is_switched: bool


def recognise(
    visitor: Visitor, inbox: Inbox, *, bearer: str, identity: str, proposed: str = ""
) -> Recognised:
    """Make the bearer of a token the member whom the site has signed for.

    A token from before, which somebody may have planted or copied, opens nothing from now on; one
    that was given out for this member stays. Raises `BadToken`, also for a user id that identifies
    nobody.
    """
    now = clock.now().timestamp()
    signed = read(identity, live_keys(inbox), audience=inbox.public_id, now=now)
    person = Person(signed.user_id, signed.email, signed.phone, signed.traits)
    with transaction.atomic():
        try:
            identified = identify(visitor.profile_id, person)
        except BadIdentifier as error:
            raise BadToken(f"The user id {error}", field="sub") from error
        _note_use(signed)
        token = ""
        if not _keep_token(bearer, identified.profile, signed):
            revoke_profile_tokens(visitor.profile_id)
            events.append_member_change(profile_ids=[identified.profile.id])
            token = issue_visitor_token(
                inbox, identified.profile, proposed=proposed, signed_with=signed.key_id
            )
            _require_live(signed)
    return Recognised(identified.profile.id, token, identified.is_switched)


def live_keys(inbox: Inbox) -> list[Key]:
    """Return what the inbox's identities may be signed with, at most two keys.

    A secret that cannot be read any more does not stop the other key.
    """
    keys = []
    for key in SigningKey.objects.filter(inbox=inbox, revoked_at=None):
        try:
            keys.append(Key(key.id, key.algorithm, _material(key)))
        except Unreadable:
            logger.exception("signing key %s cannot be read: make a new one", key.id)
    return keys


def make_secret(key: SigningKey) -> str:
    """Store a new shared secret of 256 bits in the key, and return it: it is shown once.

    Raises `Invalid` when the inbox has two live keys.
    """
    secret = secrets.token_urlsafe(32)
    key.algorithm = SigningKey.Algorithm.HS256
    key.material = seal(secret, PURPOSE)
    key.hint = secret[-4:]
    _add(key)
    return secret


def keep_public_key(key: SigningKey, pem: str) -> None:
    """Store the public half of a pair. Raises `Invalid` for anything else, or a third key."""
    found = public_key(pem)
    key.algorithm = SigningKey.Algorithm.ES256
    key.material = pem
    key.hint = found.thumbprint()[-4:]
    _add(key)


@transaction.atomic
def revoke_key(key: SigningKey) -> None:
    """End a key, and every visitor's token that was given out on its word, with its sockets.

    Locked so that no token is being given out meanwhile.
    """
    locked = SigningKey.objects.select_for_update().get(id=key.id)
    if locked.revoked_at is None:
        locked.revoked_at = clock.now()
        locked.save(update_fields=["revoked_at"])
    key.revoked_at = locked.revoked_at
    revoke_signed_tokens(key.id)


def public_key(pem: str) -> ECKey:
    """Return the key of a PEM. Raises `Invalid` for anything but a public key on P-256."""
    try:
        found = ECKey.import_key(pem)
    except (ValueError, TypeError, JoseError) as error:
        raise Invalid("public_key", gettext("This is not the PEM of an EC public key")) from error
    if found.is_private:
        raise Invalid(
            "public_key", gettext("This is a private key: keep it, and give us the public one")
        )
    if found.curve_name != "P-256":
        raise Invalid("public_key", gettext("ES256 needs a key on the curve P-256"))
    return found


@transaction.atomic
def _add(key: SigningKey) -> None:
    """The inbox's lock lets two administrators add one key after the other."""
    Inbox.objects.select_for_update(no_key=True).get(id=key.inbox_id)
    if not key.has_room():
        raise Invalid("inbox", str(NO_ROOM))
    key.save()


def _material(key: SigningKey) -> str:
    if key.algorithm == SigningKey.Algorithm.HS256:
        return unseal(key.material, PURPOSE)
    return key.material


def _keep_token(bearer: str, profile: Profile, signed: Signed) -> bool:
    """Whether the bearer's token was given out for this member already; then it stays.

    It ends with the key that has vouched for it last.
    """
    own = VisitorToken.objects.filter(
        token_hash=digest(bearer), profile=profile, member=profile.member_id, revoked_at=None
    )
    known = own.values_list("signed_with_id").first()
    if known is None:
        return False
    if known != (signed.key_id,):
        own.update(signed_with=signed.key_id)
        _require_live(signed)
    return True


def _require_live(signed: Signed) -> None:
    """The key may have been revoked since it was read; giving out the token has locked it."""
    if not SigningKey.objects.filter(id=signed.key_id, revoked_at=None).exists():
        raise BadToken("No live key of this inbox has signed it", field="token")


def _note_use(signed: Signed) -> None:
    key = SigningKey.objects.filter(id=signed.key_id)
    before = Now() - USE_NOTED_EVERY
    seldom = key.filter(last_used_at=None) | key.filter(last_used_at__lt=before)
    seldom.update(last_used_at=Now())
