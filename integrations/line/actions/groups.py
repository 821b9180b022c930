"""Groups and rooms: whether we are in them, and who comes and goes."""

from functools import partial

from django.db import transaction
from django.db.models.functions import Now

from integrations.line import wakes, wire
from integrations.line.actions import people
from integrations.line.models import LineChannel, LineEvent, LineMember
from talk.actions import channel_messages

State = LineEvent.State


def join(event: LineEvent) -> str:
    """We are in; the group's name is asked for. A group that is not ours is told so."""
    if not _note_member(event, is_member=True):
        return State.IGNORED
    _count_anew(event)
    if event.channel.group_policy == LineChannel.GroupPolicy.OFF:
        transaction.on_commit(partial(wakes.greetings.tell, event.chat_id))
    return _tell(event, {"code": "joined_group"})


def leave(event: LineEvent) -> str:
    """We are out: nothing can be sent any more."""
    if not _note_member(event, is_member=False):
        return State.IGNORED
    return _tell(event, {"code": "left_group"})


def add_members(event: LineEvent) -> str:
    members = _members(event, "joined")
    for user_id in members:
        LineMember.objects.update_or_create(
            chat=event.chat,
            user_id=user_id,
            defaults={"is_present": True},
            create_defaults={"is_present": True, "due_at": Now()},
        )
    _count_anew(event)
    return _tell(event, {"code": "members_joined", "count": len(members)})


def remove_members(event: LineEvent) -> str:
    members = _members(event, "left")
    known = LineMember.objects.filter(chat=event.chat, user_id__in=members)
    names = [name for name in known.values_list("name", flat=True) if name]
    known.update(is_present=False)
    _count_anew(event)
    return _tell(event, {"code": "members_left", "count": len(members), "names": names})


def note_present(event: LineEvent) -> None:
    """What is said there tells that we are in, whatever came of the news of it."""
    if not event.chat.is_member:
        _note_member(event, is_member=True)


def _note_member(event: LineEvent, *, is_member: bool) -> bool:
    """Note what the newest event says; False for one that came after a newer one."""
    chat = event.chat
    if chat.is_member_at is not None and chat.is_member_at > event.occurred_at:
        return False
    chat.is_member, chat.is_member_at = is_member, event.occurred_at
    chat.save(update_fields=["is_member", "is_member_at"])
    return True


def _count_anew(event: LineEvent) -> None:
    """A message to the group costs as much as it has people."""
    if event.chat.profile_id is not None:
        people.ask_name(event.chat)


def _members(event: LineEvent, name: str) -> list[str]:
    told = wire.objects(wire.part(event.raw, name), "members")
    ids = [wire.text(each, "userId") for each in told]
    return [id for id in ids if wire.LINE_ID.fullmatch(id)]


def _tell(event: LineEvent, line: dict[str, object]) -> str:
    """Say it in the group's conversation; a group without one, or that we ignore, has nothing."""
    if event.channel.group_policy == LineChannel.GroupPolicy.OFF:
        return State.IGNORED
    if event.chat.conversation_id is not None:
        channel_messages.note_line(event.chat.conversation_id, line)
    return State.DONE
