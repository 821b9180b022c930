"""What operators may say besides text and files, and whether the channel takes anything now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from talk import channels, clock, said
from talk.channel_states import ConversationChannel
from talk.errors import CannotSend, Invalid
from talk.models import Inbox, Message
from talk.protocol import check_text
from talk.rows import ConversationRow
from talk.said import AnySaid, Location, Sticker, Template, Text

ALLOWED = (Text, Sticker, Template, Location)
SPEAKS_FOR_ITSELF = frozenset({"sticker", "template", "location"})
"""Kinds that need neither text nor file."""


def outgoing_data(
    row: ConversationRow, body: str, data: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the `data` to store. Raise `CannotSend` and, for what the channel does not carry,
    `Invalid`."""
    if row.channel:
        _require_open(row.channel)
    if data is None and not row.channel:
        return {}
    told = _read(data or {})
    kind = Inbox.objects.values_list("kind", flat=True).get(id=row.inbox_id)
    if data is not None or channels.channel_of(kind):
        channels.check(kind, row.inbox_id, body, told)
    _check_quoted(row, told)
    return said.plain(told)


def _require_open(channel: Mapping[str, Any]) -> None:
    state = msgspec.convert(channel, ConversationChannel)
    now = clock.now()
    if not state.can_send:
        raise CannotSend(why=state.why)
    is_free = state.free_until is not None and datetime.fromisoformat(state.free_until) > now
    if state.push_until and datetime.fromisoformat(state.push_until) <= now and not is_free:
        raise CannotSend(why="seven_days")


def _read(data: Mapping[str, Any]) -> AnySaid:
    try:
        told = said.read(data)
    except msgspec.ValidationError as error:
        raise Invalid("data", str(error)) from None
    if not isinstance(told, ALLOWED) or told.author or told.is_edited or told.after_seq is not None:
        raise Invalid("data", "This is not for operators to say")
    _check_texts(data)
    return told


def _check_texts(value: Any) -> None:
    """Refuse what PostgreSQL cannot keep."""
    if isinstance(value, str):
        check_text(value, "data")
    elif isinstance(value, Mapping):
        for name, each in value.items():
            check_text(str(name), "data")
            _check_texts(each)
    elif isinstance(value, list):
        for each in value:
            _check_texts(each)


def _check_quoted(row: ConversationRow, told: AnySaid) -> None:
    if told.quoted is None:
        return
    id = told.quoted.message_id
    if id is None or not Message.objects.filter(id=id, conversation_id=row.id).exists():
        raise Invalid("data.quoted", "There is no such message in this conversation")
