"""A conversation that goes on in another inbox: the same thread, the same customer, another way.

Who calls this knows that both ends are one person (`customers`). What was said stays where it is
said; from now on answers go the new way.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from customers.models import Profile
from talk import events
from talk.actions import channel_messages, notes
from talk.actions.access import revoke_operator, visitor_of
from talk.actions.messages import begin_conversation, current_conversation
from talk.channel_states import ConversationChannel
from talk.errors import Erased
from talk.models import Attachment, Conversation, Inbox, Note, Operator

Status = Conversation.Status


@transaction.atomic
def hand_over(conversation_id: UUID, *, inbox_id: UUID, profile_id: UUID) -> UUID:
    """Let a conversation go on in another inbox, with another profile of its customer.

    Where one is open there already, that one goes on and this one is settled; each has a line that
    names the other. Returns the conversation that goes on. Whoever saw the old inbox alone loses
    sight of it. Raises `Erased`. Appends `conversation.changed`.
    """
    moving = Conversation.objects.select_for_update().get(id=conversation_id)
    if moving.erased_at is not None:
        raise Erased
    if moving.inbox_id == inbox_id and moving.profile_id == profile_id:
        return moving.id
    profile = Profile.objects.get(id=profile_id)
    there = current_conversation(visitor_of(profile, inbox_id))
    if moving.inbox_id == inbox_id:  # it went to another of theirs, who goes on there
        return there or begin_conversation(visitor_of(profile, inbox_id))
    if there is not None and _is_open(there):
        _settle(moving, there)
        return there
    _move(moving, Inbox.objects.get(id=inbox_id), profile)
    return moving.id


def give_back_parted(conversation_ids: Collection[UUID]) -> None:
    """Give back what was handed over between two who are no longer one: to whom it came from.

    They began it, and what they wrote on the website is theirs; the other one begins anew with
    their next message. It is settled and nothing is sent from it any more. Under the locks of the
    conversations. Appends `conversation.changed`.
    """
    lines = Note.objects.filter(
        conversation_id__in=conversation_ids, kind=Note.Kind.SYSTEM, data__code="handed_over"
    )
    for line in lines.select_related("conversation__profile").order_by("version"):
        talk = line.conversation
        first = Profile.objects.filter(id=line.data.get("profile_id")).first()
        if first and talk.erased_at is None and first.customer_id != talk.profile.customer_id:
            _give_back(talk, first)


def _give_back(talk: Conversation, profile: Profile) -> None:
    closed = ConversationChannel(can_send=False, why="parted")
    settled: dict[str, Any] = {
        "status": Status.RESOLVED,
        "waiting_since": None,
        "channel": msgspec.to_builtins(closed),
    }
    if talk.status != Status.RESOLVED:
        settled |= {"resolved_at": Now(), "snoozed_until": None}
    _change(talk, profile=profile, customer_id=profile.customer_id, **settled)
    note = notes.write_line(talk.id, operator_id=None, data={"code": "given_back"})
    events.append("conversation.changed", conversation_id=talk.id, note_id=note.id)


def _is_open(conversation_id: UUID) -> bool:
    return Conversation.objects.filter(id=conversation_id, resolved_at=None).exists()


def _settle(moving: Conversation, there: UUID) -> None:
    """Two threads would be one too many: the customer writes in the other one from now on."""
    if moving.status != Status.RESOLVED:
        _change(moving, status=Status.RESOLVED, resolved_at=Now(), waiting_since=None)
        events.append("conversation.changed", conversation_id=moving.id, visitor=True)
    went = {"code": "to_channel", "conversation_id": str(there)}
    came = {"code": "from_web", "conversation_id": str(moving.id), "is_proven": True}
    channel_messages.note_line(moving.id, went)
    channel_messages.note_line(there, came)


def _move(moving: Conversation, inbox: Inbox, profile: Profile) -> None:
    """Consoles of the old inbox see it settled, those of the new one see it as it was.

    An event goes to the inbox that the conversation lies in when it is appended.
    """
    before = {"status": moving.status, "resolved_at": moving.resolved_at}
    waiting = {"waiting_since": moving.waiting_since, "snoozed_until": moving.snoozed_until}
    blind = _operators_who_lose_sight(moving.inbox_id, inbox.id)
    ended: dict[str, Any] = {"status": Status.RESOLVED, "resolved_at": Now()}
    _change(moving, **ended, waiting_since=None, snoozed_until=None)
    events.append("conversation.changed", conversation_id=moving.id, visitor=True)
    data = {
        "code": "handed_over",
        "from": moving.inbox.name,
        "to": inbox.name,
        "profile_id": str(moving.profile_id),
    }
    Attachment.objects.filter(message__conversation=moving).update(inbox=inbox)
    kept = _who_may_keep_it(moving, inbox)
    _change(moving, inbox=inbox, profile=profile, **before, **waiting, **kept)
    note = notes.write_line(moving.id, operator_id=None, data=data)
    events.append("conversation.changed", conversation_id=moving.id, note_id=note.id)
    for operator_id in blind:
        revoke_operator(operator_id)


def _change(moving: Conversation, **values: Any) -> None:
    Conversation.objects.filter(id=moving.id).update(
        version=F("version") + 1, visitor_version=F("visitor_version") + 1, **values
    )


def _who_may_keep_it(moving: Conversation, inbox: Inbox) -> dict[str, Any]:
    """A team or an operator without the new inbox would have what they cannot see."""
    teams = set(inbox.teams.values_list("id", flat=True))
    seers = Operator.objects.filter(_sees(inbox.id), assigned=moving, is_active=True)
    return {
        "team_id": moving.team_id if moving.team_id in teams else None,
        "assignee_id": moving.assignee_id if seers.exists() else None,
    }


def _operators_who_lose_sight(old: UUID, new: UUID) -> list[UUID]:
    """Their sockets come back, and what they had open is not there for them any more."""
    seers = Operator.objects.filter(teams__inboxes=old, is_active=True)
    return list(seers.exclude(_sees(new)).order_by("id").distinct().values_list("id", flat=True))


def _sees(inbox_id: UUID) -> Q:
    everywhere = Q(role__in=[Operator.Role.ADMINISTRATOR, Operator.Role.SUPERVISOR])
    return everywhere | Q(teams__inboxes=inbox_id)
