"""Visitors whom a site vouches for, and what visitors say of themselves."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from customers.actions.identify import Person, identify
from customers.identifiers import BadIdentifier
from customers.sealing import seal, unseal
from talk import events
from talk.actions.access import digest, issue_visitor_token, revoke_profile_tokens, visitor_of
from talk.errors import Invalid
from talk.identity_tokens import BadToken, Key, Signed, read
from talk.models import Inbox, SigningKey, VisitorToken
from talk.policy import Visitor

PURPOSE = "sobani.sign.v1"
USE_NOTED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who the visitor is now; `token` replaces every earlier one, '' when the old one stays."""

    visitor: Visitor
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
    signed = read(identity, live_keys(inbox), audience=inbox.public_id)
    person = Person(signed.user_id, signed.email, signed.phone, signed.traits)
    with transaction.atomic():
        try:
            identified = identify(visitor.profile_id, person)
        except BadIdentifier as error:
            raise BadToken(f"The user id {error}", field="sub") from error
        _note_use(signed)
        profile = identified.profile
        is_known = VisitorToken.objects.filter(
            token_hash=digest(bearer), profile=profile, member=profile.member_id
        ).exists()
        if not is_known:
            revoke_profile_tokens(visitor.profile_id)
            events.append_member_change(profile_ids=[profile.id])
        token = "" if is_known else issue_visitor_token(inbox, profile, proposed=proposed)
    return Recognised(visitor_of(profile, inbox.id), token, identified.is_switched)


def live_keys(inbox: Inbox) -> list[Key]:
    """Return what the inbox's identities may be signed with, at most two keys."""
    keys = SigningKey.objects.filter(inbox=inbox, revoked_at=None)
    return [Key(str(key.id), key.algorithm, _material(key)) for key in keys]


def make_secret(key: SigningKey) -> str:
    """Store a new shared secret of 256 bits in the key, and return it: it is shown once."""
    secret = secrets.token_urlsafe(32)
    key.algorithm = SigningKey.Algorithm.HS256
    key.material = seal(secret, PURPOSE)
    key.hint = secret[-4:]
    key.save()
    return secret


def keep_public_key(key: SigningKey, pem: str) -> None:
    """Store the public half of a pair. Raises `Invalid` for anything else."""
    found = public_key(pem)
    key.algorithm = SigningKey.Algorithm.ES256
    key.material = pem
    key.hint = found.thumbprint()[-4:]
    key.save()


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


def _material(key: SigningKey) -> str:
    if key.algorithm == SigningKey.Algorithm.HS256:
        return unseal(key.material, PURPOSE)
    return key.material


def _note_use(signed: Signed) -> None:
    now = timezone.now()
    key = SigningKey.objects.filter(id=signed.key_id)
    seldom = key.filter(last_used_at=None) | key.filter(last_used_at__lt=now - USE_NOTED_EVERY)
    seldom.update(last_used_at=now)
