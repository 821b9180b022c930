"""Conversations and files that have been kept long enough (`customers.retention`).

Only what is over: an open conversation, and the files in it, stay however old they are. A
conversation keeps what can be counted; its words go as when a customer is erased.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from customers.models import Profile
from customers.retention import Rule
from talk import events
from talk.actions import marks
from talk.actions.erasing import EXPIRED, blank
from talk.actions.files import discard_attachments
from talk.models import Attachment, Conversation, CustomerNote, Message

MOST_CONVERSATIONS = 50
MOST_FILES = 200
MOST_NOTES = 500

# By the index of lists: who was resolved so long ago has had their last message before that.
OVER = """
FROM talk_conversation c WHERE c.status = 'resolved' AND c.last_at < %(moment)s
AND c.resolved_at < %(moment)s AND (
    c.preview <> ''
    OR EXISTS (SELECT 1 FROM talk_message m WHERE m.conversation_id = c.id
        AND (m.body <> '' OR m.data - '{code,after_seq}'::text[] <> '{}'))
    OR EXISTS (SELECT 1 FROM talk_note n WHERE n.conversation_id = c.id AND n.kind = 'note')
    OR EXISTS (SELECT 1 FROM talk_attachment a JOIN talk_message m ON m.id = a.message_id
        WHERE m.conversation_id = c.id)
)
"""
OLD_FILES = """
FROM talk_attachment a JOIN talk_message m ON m.id = a.message_id
JOIN talk_conversation c ON c.id = m.conversation_id
WHERE a.created_at < %(moment)s AND c.status = 'resolved'
"""
FORGET_FILES = """
UPDATE talk_message SET version = %(version)s, data = (data - 'attachments')
    || jsonb_build_object('expired_files', jsonb_array_length(coalesce(data->'attachments', '[]')))
WHERE id = %(id)s
"""


def count_conversations(moment: datetime) -> int:
    return _count(OVER, moment)


def forget_conversations(moment: datetime) -> int:
    """Blank a batch. Looked at again under its lock: a customer may just have written."""
    ids = _ids("c.id", OVER + " ORDER BY c.last_at, c.id", moment, MOST_CONVERSATIONS)
    over = Conversation.objects.filter(id__in=ids, status="resolved", resolved_at__lt=moment)
    locked = list(over.select_for_update(skip_locked=True).order_by("id"))
    for conversation in locked:
        blank(conversation.id, EXPIRED)
    return len(locked)


def count_files(moment: datetime) -> int:
    return _count(OLD_FILES, moment)


def forget_files(moment: datetime) -> int:
    """Take a batch of messages' files away. Appends `message.changed` for each message."""
    ids = _ids("m.id", OLD_FILES + " ORDER BY a.created_at, a.id", moment, MOST_FILES)
    messages = Message.objects.filter(id__in=ids)
    places = messages.values_list("conversation_id", flat=True)
    over = Conversation.objects.filter(id__in=list(places), status="resolved")
    locked = list(over.select_for_update(skip_locked=True).order_by("id"))
    gone = 0
    for conversation in locked:
        for message in messages.filter(conversation=conversation).order_by("seq"):
            gone += _forget_files_of(message.id, conversation)
    return gone


def count_customer_notes(moment: datetime) -> int:
    return CustomerNote.objects.filter(changed_at__lt=moment).count()


def forget_customer_notes(moment: datetime) -> int:
    """Delete a batch. Appends `marks.changed` for each customer."""
    old = CustomerNote.objects.filter(changed_at__lt=moment).order_by("changed_at", "id")
    batch = dict(old.values_list("id", "profile_id")[:MOST_NOTES])
    # Locked: whose they are must not change before it is told. A note may just have been edited.
    profiles = (
        Profile.objects.select_for_update(no_key=True).filter(id__in=batch.values()).order_by("id")
    )
    customer_ids = {profile.customer_id for profile in profiles}
    gone = CustomerNote.objects.filter(id__in=batch, changed_at__lt=moment).delete()[0]
    for customer_id in sorted(customer_ids):
        marks.tell_anew(customer_id)
    return gone


RULES = (
    Rule(
        "customer_notes",
        _("Notes about customers, from their last change on"),
        count_customer_notes,
        forget_customer_notes,
    ),
    Rule(
        "conversations",
        _("Words, notes and files of conversations, from their resolution on"),
        count_conversations,
        forget_conversations,
    ),
    Rule("attachments", _("Files in resolved conversations"), count_files, forget_files),
)


def _forget_files_of(message_id: UUID, conversation: Conversation) -> int:
    gone = discard_attachments(Attachment.objects.filter(message_id=message_id))
    conversation.version += 1
    conversation.visitor_version += 1
    conversation.save(update_fields=["version", "visitor_version"])
    with connection.cursor() as cursor:
        cursor.execute(FORGET_FILES, {"version": conversation.version, "id": message_id})
    events.append(
        "message.changed", conversation_id=conversation.id, message_id=message_id, visitor=True
    )
    return gone


def _count(source: str, moment: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {source}", {"moment": moment})
        return int(cursor.fetchone()[0])


def _ids(column: str, source: str, moment: datetime, most: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} {source} LIMIT {most}", {"moment": moment})
        return [id for (id,) in cursor.fetchall()]
