"""What operators say among themselves, and the lines the system writes for them."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from talk import events
from talk.errors import BodyChanged, Erased, Invalid, NotFound
from talk.models import Conversation, Note
from talk.policy import Actor, Permission, require
from talk.protocol import check_text
from talk.queries import sql
from talk.rows import NOTE_JOINS, NOTE_JSON, NoteRow


@transaction.atomic
def add(actor: Actor, *, conversation_id: UUID, client_id: UUID, body: str) -> NoteRow:
    """Write a note; the same `client_id` again returns the first. Appends `note.created`."""
    check_text(body)
    if not body.strip():
        raise Invalid("body", "A note needs a text")
    conversation = Conversation.objects.select_for_update().filter(id=conversation_id).first()
    if conversation is None:
        raise NotFound
    require(actor, Permission.NOTE_ADD, conversation.inbox_id)
    known = Note.objects.filter(conversation=conversation, client_id=client_id).first()
    if known is not None:
        if (known.body, known.operator_id) != (body, actor.operator_id):
            raise BodyChanged
        return _row(known.id)
    if conversation.erased_at is not None:
        raise Erased
    conversation.version += 1
    conversation.save(update_fields=["version"])
    note = Note.objects.create(
        conversation=conversation,
        operator_id=actor.operator_id,
        client_id=client_id,
        version=conversation.version,
        after_seq=conversation.last_seq,
        body=body,
    )
    events.append("note.created", conversation_id=conversation_id, note_id=note.id)
    return _row(note.id)


def write_line(conversation_id: UUID, *, operator_id: UUID | None, data: dict[str, Any]) -> Note:
    """Write the system's line of a change that has just given the conversation its version."""
    place = Conversation.objects.values_list("version", "last_seq").get(id=conversation_id)
    return Note.objects.create(
        conversation_id=conversation_id,
        kind=Note.Kind.SYSTEM,
        operator_id=operator_id,
        client_id=uuid4(),
        version=place[0],
        after_seq=place[1],
        data=data,
    )


def _row(note_id: UUID) -> NoteRow:
    return sql.only(
        NoteRow,
        f"SELECT {NOTE_JSON}::text FROM talk_note n {NOTE_JOINS} WHERE n.id = %(id)s",
        {"id": note_id},
    )
