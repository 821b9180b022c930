"""Whether somebody lets us write to them, and what else they do in LINE."""

from integrations.line import wire
from integrations.line.actions import crossing, doings, menus, people
from integrations.line.models import LineChat, LineEvent
from talk.actions import channel_messages

State = LineEvent.State
Friend = LineChat.Friend


def follow(event: LineEvent) -> str:
    """They have added us, or take us back; their name is asked for anew."""
    is_back = wire.part(event.raw, "follow").get("isUnblocked") is True
    if not _note_friend(event, Friend.FRIEND):
        return State.IGNORED
    people.ask_name(event.chat)
    crossing.arrive(event.chat)
    menus.reapply(event.chat.pk)
    _tell(event, "back" if is_back else "followed")
    return State.DONE


def unfollow(event: LineEvent) -> str:
    """They have blocked us: nothing that we send would reach them."""
    if not _note_friend(event, Friend.BLOCKED):
        return State.IGNORED
    _tell(event, "blocked")
    return State.DONE


def _note_friend(event: LineEvent, friend: Friend) -> bool:
    """Note what the newest event says; False for one that came after a newer one."""
    chat = event.chat
    if chat.kind != "user" or (chat.friend_at and chat.friend_at > event.occurred_at):
        return False
    chat.friend, chat.friend_at = friend, event.occurred_at
    chat.save(update_fields=["friend", "friend_at"])
    return True


def _tell(event: LineEvent, code: str) -> None:
    doings.note(event, f"line_{code}", {})
    if event.chat.conversation_id is not None:
        channel_messages.note_line(event.chat.conversation_id, {"code": code})
