"""What each kind of event does. Called in a savepoint, under the lock of its chat."""

from collections.abc import Callable
from typing import Final

from customers.turns import take_turn
from integrations.line import taps, wire
from integrations.line.actions import (
    doings,
    editing,
    friends,
    groups,
    linking,
    receiving,
    unsending,
)
from integrations.line.actions.people import GROUPS
from integrations.line.actions.redacting import is_taken_back
from integrations.line.models import LineChannel, LineEvent, ReplyToken
from talk.actions import channel_messages

State = LineEvent.State
ACTIVE, STANDBY = "active", "standby"
MODES = ("", ACTIVE, STANDBY)
SILENT = frozenset({"delivery", "module", "activated", "deactivated", "botSuspended", "botResumed"})
"""Known kinds that say nothing of what customers do."""
CHANGED = (
    *("last_event_at", "is_standby", "last_inbound_at", "conversation"),
    *("friend", "friend_at"),
)
Handler = Callable[[LineEvent], str]
"""Returns the state that the event is left in."""

HANDLERS: Final[dict[str, Handler]] = {
    "message": receiving.receive_message,
    "messageEdited": editing.edit_message,
    "unsend": unsending.unsend,
    "follow": friends.follow,
    "unfollow": friends.unfollow,
    "postback": receiving.receive_postback,
    "join": groups.join,
    "leave": groups.leave,
    "memberJoined": groups.add_members,
    "memberLeft": groups.remove_members,
    "accountLink": linking.link_account,
    "videoPlayComplete": doings.note_doing,
    "beacon": doings.note_doing,
    "membership": doings.note_doing,
}


def handle(event: LineEvent) -> str:
    """Handle one event; return its state. A mode that we do not know is ignored."""
    handler = HANDLERS.get(event.type, _note_unknown)
    is_gone = is_taken_back(event)
    is_known = event.mode in MODES or event.type == "unsend"
    if not is_known or not _is_wanted(event):
        return receiving.leave_nothing(event) if is_gone else State.IGNORED
    if changes_who_is_who(event):
        take_turn()  # before any row
    _note_mode(event)
    _keep_reply_token(event)
    if event.chat.kind in GROUPS and event.type == "message":
        groups.note_present(event)
    state = receiving.receive_shell(event) if is_gone else handler(event)
    event.chat.save(update_fields=CHANGED)
    return state


def _note_unknown(event: LineEvent) -> str:
    """Say in a chat of two that something came which we know nothing of; its raw form is kept."""
    place = event.chat.conversation_id if event.chat.kind == "user" else None
    if place is not None and event.type not in SILENT:
        channel_messages.note_line(place, {"code": "unknown_event", "type": event.type})
    return State.IGNORED


def changes_who_is_who(event: LineEvent) -> bool:
    """Whether it joins people or parts them; it is handled in a transaction of its own."""
    is_unlinking = wire.text(wire.part(event.raw, "postback"), "data") == taps.UNLINK
    return event.type == "accountLink" or is_unlinking


def _is_wanted(event: LineEvent) -> bool:
    """Whether the channel takes part in this chat. What is taken back is taken back everywhere."""
    is_group = event.chat.kind in GROUPS
    is_off = event.channel.group_policy == LineChannel.GroupPolicy.OFF
    return not (is_group and is_off) or event.type in ("unsend", "join", "leave")


def _note_mode(event: LineEvent) -> None:
    """The newest event says whether it is us who answer now."""
    chat = event.chat
    is_older = chat.last_event_at is not None and event.occurred_at < chat.last_event_at
    if is_older or event.mode not in MODES:
        return
    chat.last_event_at, chat.is_standby = event.occurred_at, event.mode == STANDBY


def _keep_reply_token(event: LineEvent) -> None:
    token = wire.text(event.raw, "replyToken")
    if not 0 < len(token) <= 200:
        return
    kept = ReplyToken(
        event=event,
        chat=event.chat,
        token=token,
        occurred_at=event.occurred_at,
        received_at=event.received_at,
    )
    ReplyToken.objects.bulk_create([kept], ignore_conflicts=True)
