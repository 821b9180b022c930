"""Bearers of access: who gets one, who it is, and how it ends."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Now

from customers.models import Profile
from talk import events
from talk.errors import NotFound
from talk.models import Inbox, Operator, SocketTicket, VisitorToken
from talk.policy import Actor, Visitor, actor_of_operator

TICKET_SECONDS = 30
MOST_OTHERS = 20  # profiles of one member beside the visitor's own


@dataclass(frozen=True, slots=True)
class Admission:
    """Whom a ticket admits, and the session whose end closes the socket."""

    actor: Actor
    session_hash: str


def digest(secret: str) -> bytes:
    """Return what is stored of a random secret; 256 random bits need no salt.

    Also of what nobody was given: JSON may hold half of a character.
    """
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()


def issue_ticket(operator: Operator, session_key: str) -> str:
    """Return a ticket for one console socket of this session: once, within 30 s."""
    ticket = secrets.token_urlsafe(32)
    SocketTicket.objects.filter(operator=operator, expires_at__lt=Now()).delete()
    SocketTicket.objects.create(
        token_hash=digest(ticket),
        operator=operator,
        session_hash=digest(session_key),
        expires_at=Now() + timedelta(seconds=TICKET_SECONDS),
    )
    return ticket


def redeem_ticket(ticket: str, session_key: str) -> Admission | None:
    """Return whom the ticket admits, or None for a used, late, foreign or invented one."""
    with transaction.atomic():
        found = (
            SocketTicket.objects.select_related("operator")
            .select_for_update(of=("self",))
            .filter(token_hash=digest(ticket))
            .annotate(now=Now())
            .first()
        )
        if found is None:
            return None
        found.delete()
    session_hash = digest(session_key)
    if not secrets.compare_digest(bytes(found.session_hash), session_hash):
        return None
    if found.expires_at < found.now or not found.operator.is_active:
        return None
    return Admission(actor_of_operator(found.operator), session_hash.hex())


@transaction.atomic
def revoke_operator(operator_id: UUID) -> None:
    """Close all sockets of an operator whose rights have changed. Appends `access.changed`.

    A ticket that was given before opens nothing after.
    """
    SocketTicket.objects.filter(operator_id=operator_id).delete()
    Operator.objects.filter(id=operator_id).update(access_version=F("access_version") + 1)
    events.append_access_change(operator_id=operator_id)


@transaction.atomic
def revoke_session(operator_id: UUID, session_key: str) -> None:
    """Close the sockets of one session that has ended. Appends `access.changed`."""
    session_hash = digest(session_key)
    SocketTicket.objects.filter(session_hash=session_hash).delete()
    events.append_access_change(operator_id=operator_id, session_hash=session_hash.hex())


def issue_visitor_token(
    inbox: Inbox, profile: Profile, *, proposed: str = "", signed_with: UUID | None = None
) -> str:
    """Return the 256-bit secret that lets a browser be this profile in this inbox.

    A browser that changes its token may propose the new one: it has it even if our answer is lost.
    """
    token = proposed or secrets.token_urlsafe(32)
    VisitorToken.objects.create(
        token_hash=digest(token),
        inbox=inbox,
        profile=profile,
        member_id=profile.member_id,
        signed_with_id=signed_with,
    )
    return token


def visitor_by_token(inbox_public_id: str, token: str) -> Visitor:
    """Raise `NotFound` for an unknown or revoked token, and for another inbox's alike."""
    found = (
        VisitorToken.objects.select_related("profile")
        .filter(
            token_hash=digest(token),
            inbox__public_id=inbox_public_id,
            inbox__is_active=True,
            revoked_at__isnull=True,
        )
        .first()
    )
    if found is None:
        raise NotFound
    return visitor_of(found.profile, found.inbox_id)


def visitor_of(profile: Profile, inbox_id: UUID) -> Visitor:
    """Return who a profile is in an inbox, with the same member's other profiles."""
    return Visitor(profile.id, profile.customer_id, inbox_id, _others(profile, inbox_id))


def _others(profile: Profile, inbox_id: UUID) -> tuple[UUID, ...]:
    """Return the other profiles that the same member was vouched for in; none for no member.

    Each log-in after a log-out makes one, most of them empty: those with the newest conversations
    come first. Profiles that an operator has parted are not among them.
    """
    if profile.member_id is None:
        return ()
    same = Profile.objects.filter(member_id=profile.member_id, customer_id=profile.customer_id)
    here = Q(conversations__inbox_id=inbox_id)
    newest = Max("conversations__created_at", filter=here)
    others = same.exclude(id=profile.id).annotate(said_at=newest)
    ordered = others.order_by(F("said_at").desc(nulls_last=True), "-created_at", "-id")
    return tuple(ordered.values_list("id", flat=True)[:MOST_OTHERS])


def revoke_visitor_token(token: str) -> None:
    """End a visitor's token (`sobani('reset')`) and close its sockets."""
    _end_tokens(VisitorToken.objects.filter(token_hash=digest(token)))


def revoke_profile_tokens(profile_id: UUID) -> None:
    """End every token of a profile: who it is has changed."""
    _end_tokens(VisitorToken.objects.filter(profile_id=profile_id))


def revoke_signed_tokens(key_id: UUID) -> None:
    """End every token that was given out on the word of a key."""
    _end_tokens(VisitorToken.objects.filter(signed_with=key_id))


def end_tokens_of_others(profile_ids: list[UUID], customer_id: UUID) -> None:
    """End the profiles' tokens that were given out for a member who is another customer."""
    given = VisitorToken.objects.filter(profile_id__in=profile_ids, member__isnull=False)
    _end_tokens(given.exclude(member__profile__customer_id=customer_id))


@transaction.atomic
def _end_tokens(tokens: "QuerySet[VisitorToken]") -> None:
    live = tokens.select_for_update(of=("self",)).filter(revoked_at=None)
    for token in live.order_by("token_hash"):
        VisitorToken.objects.filter(pk=token.pk).update(revoked_at=Now())
        events.append_token_end(token_hash=bytes(token.token_hash))
