"""An operator's commands that are ordinary Django code: each is one action, answered in JSON."""

from collections.abc import Callable
from typing import Any

import msgspec

from talk.actions import conversations, deliveries, messages, notes
from talk.policy import Actor
from talk.protocol import (
    AddNote,
    Assign,
    Command,
    Read,
    RetryDelivery,
    SendMessage,
    SetLabels,
    SetStatus,
)
from talk.store import StoredRows

_encode = msgspec.json.Encoder().encode


def send_message(actor: Actor, command: SendMessage) -> str:
    rows: StoredRows = messages.send(
        actor,
        conversation_id=command.conversation_id,
        client_id=command.client_id,
        body=command.body,
        attachment_ids=command.attachment_ids,
        data=command.data,
    )
    return _encode(rows).decode()


def add_note(actor: Actor, command: AddNote) -> str:
    note = notes.add(
        actor,
        conversation_id=command.conversation_id,
        client_id=command.client_id,
        body=command.body,
    )
    return _encode({"note": note}).decode()


def assign(actor: Actor, command: Assign) -> str:
    row = conversations.assign(
        actor,
        conversation_id=command.conversation_id,
        version=command.version,
        assignee_id=command.assignee_id,
        team_id=command.team_id,
    )
    return _encode({"conversation": row}).decode()


def set_status(actor: Actor, command: SetStatus) -> str:
    row = conversations.set_status(
        actor,
        conversation_id=command.conversation_id,
        version=command.version,
        status=command.status,
        snoozed_until=command.snoozed_until,
    )
    return _encode({"conversation": row}).decode()


def set_labels(actor: Actor, command: SetLabels) -> str:
    row = conversations.set_labels(
        actor,
        conversation_id=command.conversation_id,
        version=command.version,
        label_ids=command.label_ids,
    )
    return _encode({"conversation": row}).decode()


def read(actor: Actor, command: Read) -> str:
    row = conversations.mark_read(actor, conversation_id=command.conversation_id, seq=command.seq)
    return _encode({"conversation": row}).decode()


def retry_delivery(actor: Actor, command: RetryDelivery) -> str:
    row = deliveries.retry(actor, message_id=command.message_id)
    return _encode({"message": row}).decode()


ACTIONS: dict[type[Command], Callable[[Actor, Any], str]] = {
    SendMessage: send_message,
    AddNote: add_note,
    Assign: assign,
    SetStatus: set_status,
    SetLabels: set_labels,
    Read: read,
    RetryDelivery: retry_delivery,
}
