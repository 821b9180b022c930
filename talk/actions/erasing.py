"""What this layer takes away of an erased customer (`customers.erasing`).

Conversations stay as what can be counted: when, where, how many messages, answered by whom. Words,
notes, files and the log's copies of them go.
"""

from collections import Counter
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

from customers.erasing import Subject
from talk import events
from talk.actions import marks, notes
from talk.actions.files import delete_files, discard_attachments
from talk.models import (
    Attachment,
    Conversation,
    CustomerNote,
    Note,
    ProfileLabel,
    VisitorToken,
)
from talk.rows import CONVERSATION_JOINS, CONVERSATION_JSON

M = TypeVar("M", bound=Model)
MOST_CONVERSATIONS = 20
MOST_EVENTS = 2_000
ERASED, EXPIRED = "erased", "expired"
KEPT_LINES = ("assigned", "status", ERASED, EXPIRED)
"""The system's lines about operators' work and not about the customer (`thread.js` keeps these)."""

# What of a conversation is still there to be read.
READABLE = """
SELECT c.id FROM talk_conversation c WHERE c.customer_id = ANY(%s) AND (
    c.preview <> '' OR c.status <> 'resolved'
    OR EXISTS (SELECT 1 FROM talk_message m LEFT JOIN talk_attachment a ON a.message_id = m.id
        WHERE m.conversation_id = c.id
            AND (m.body <> '' OR m.data - '{code,after_seq}'::text[] <> '{}' OR a.id IS NOT NULL))
    OR EXISTS (SELECT 1 FROM talk_note n WHERE n.conversation_id = c.id
        AND (n.kind = 'note' OR n.data->>'code' NOT IN ('assigned', 'status', 'erased', 'expired')))
    OR NOT EXISTS (SELECT 1 FROM talk_note n
        WHERE n.conversation_id = c.id AND n.kind = 'system' AND n.data->>'code' = 'erased')
) ORDER BY c.id LIMIT %s
"""
CLOSE = """
UPDATE talk_conversation SET version = version + 1, visitor_version = visitor_version + 1,
    preview = '', preview_kind = '', status = 'resolved', blanked_seq = last_seq,
    resolved_at = coalesce(resolved_at, now()), snoozed_until = NULL, waiting_since = NULL
WHERE id = %s RETURNING version
"""
BLANK_MESSAGES = """
UPDATE talk_message SET body = '', version = %s,
    -- what kept its place keeps it
    data = jsonb_strip_nulls(jsonb_build_object(
        'code', data->'code', 'after_seq', data->'after_seq'))
WHERE conversation_id = %s
"""
# What has not left yet does not leave any more.
STOP_DELIVERIES = """
UPDATE talk_delivery d SET reason = '', leased_until = NULL, due_at = NULL,
    state = CASE WHEN state IN ('queued', 'sending') THEN 'failed' ELSE state END
FROM talk_message m WHERE m.id = d.message_id AND m.conversation_id = %s
"""
# Each becomes what is true by now: harmless to hear again, and no hole for who was away. Their
# transactions stay, as readers go by those.
BLANK_EVENTS = f"""
WITH old AS (
    SELECT e.id, e.at, c.version, {CONVERSATION_JSON} AS conversation
    FROM talk_event e JOIN talk_conversation c ON c.id = e.conversation_id {CONVERSATION_JOINS}
    WHERE c.customer_id = ANY(%s) AND (e.kind <> 'conversation.changed'
        OR e.profile_id IS NOT NULL OR e.version < c.version
        OR (e.rows ? 'note' AND e.rows->'note'->'data'->>'code' IS DISTINCT FROM '{ERASED}'))
        -- that context and marks are empty now must still be told to who was away
        AND NOT (e.kind = 'context.changed' AND e.rows->'context'->'data' = '{{}}')
        AND NOT (e.kind = 'marks.changed' AND e.rows->'marks'->'notes' = '[]'
            AND e.rows->'marks'->'label_ids' = '[]')
    LIMIT %s
) UPDATE talk_event e SET kind = 'conversation.changed', profile_id = NULL, version = old.version,
    rows = jsonb_build_object('conversation', old.conversation)
FROM old WHERE e.id = old.id AND e.at = old.at
"""
FORGET_ANSWERS = """
DELETE FROM talk_idempotencykey WHERE EXISTS (
    SELECT 1 FROM unnest(%s::text[]) AS gone(id) WHERE position(gone.id IN body::text) > 0
)
"""


def erase_conversations(subject: Subject) -> Counter[str]:
    """Blank a batch of conversations; consoles hear of each, and blank theirs."""
    with connection.cursor() as cursor:
        cursor.execute(READABLE, [subject.customer_ids, MOST_CONVERSATIONS])
        ids = [id for (id,) in cursor.fetchall()]
    locked = Conversation.objects.select_for_update().filter(id__in=ids).order_by("id")
    removed = Counter[str]()
    for conversation in list(locked):
        removed += blank(conversation.id, ERASED, erasure_id=subject.erasure_id)
    return removed


def erase_uploads(subject: Subject) -> Counter[str]:
    """Files that were uploaded and never sent."""
    theirs = Attachment.objects.filter(profile_id__in=subject.profile_ids)
    discard_attachments(theirs, erasure_id=subject.erasure_id)
    return Counter()


def erase_files(subject: Subject) -> Counter[str]:
    return +Counter(files=delete_files(erasure_id=subject.erasure_id))


def erase_tokens(subject: Subject) -> Counter[str]:
    theirs = VisitorToken.objects.filter(profile_id__in=subject.profile_ids)
    return +Counter(tokens=_delete(theirs))


def erase_answers(subject: Subject) -> Counter[str]:
    """Answers that are kept for repeated requests, with rows of the customer in them."""
    own = Conversation.objects.filter(customer_id__in=subject.customer_ids)
    ids = [*subject.customer_ids, *own.values_list("id", flat=True)]
    with connection.cursor() as cursor:
        cursor.execute(FORGET_ANSWERS, [list(map(str, ids))])
        return +Counter(answers=cursor.rowcount)


def erase_events(subject: Subject) -> Counter[str]:
    with connection.cursor() as cursor:
        cursor.execute(BLANK_EVENTS, [subject.customer_ids, MOST_EVENTS])
        return +Counter(events=cursor.rowcount)


def erase_marks(subject: Subject) -> Counter[str]:
    """Labels of the customer and notes about them; consoles that show them hear of it."""
    theirs = {"profile_id__in": subject.profile_ids}
    removed = +Counter(
        customer_notes=_delete(CustomerNote.objects.filter(**theirs)),
        customer_labels=_delete(ProfileLabel.objects.filter(**theirs)),
    )
    if removed:
        for customer_id in sorted(subject.customer_ids):
            marks.tell_anew(customer_id)
    return removed


STEPS = (
    erase_marks,
    erase_conversations,
    erase_uploads,
    erase_files,
    erase_tokens,
    erase_answers,
    erase_events,
)


def blank(conversation_id: UUID, code: str, *, erasure_id: UUID | None = None) -> Counter[str]:
    """Take away the words, notes and files of a locked conversation; `code` is why.

    Appends `conversation.changed` with a line, at which consoles blank theirs, as the visitor's
    chat does at `blanked_seq`. An erased customer's visitors hear nothing: their tokens have ended.
    """
    attachments = Attachment.objects.filter(message__conversation_id=conversation_id)
    discard_attachments(attachments, erasure_id=erasure_id)
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, [conversation_id])
        [version] = cursor.fetchone()
        cursor.execute(STOP_DELIVERIES, [conversation_id])
        cursor.execute(BLANK_MESSAGES, [version, conversation_id])
        messages = cursor.rowcount
    lines = Note.objects.filter(conversation_id=conversation_id)
    written = _delete(lines.filter(kind=Note.Kind.NOTE))
    lines.exclude(data__code__in=KEPT_LINES).delete()
    line = notes.write_line(conversation_id, operator_id=None, data={"code": code})
    events.append(
        "conversation.changed",
        conversation_id=conversation_id,
        note_id=line.id,
        visitor=code == EXPIRED,
    )
    return +Counter(conversations=1, messages=messages, notes=written)


def _delete(rows: QuerySet[M]) -> int:
    _all, by_model = rows.delete()
    return by_model.get(rows.model._meta.label, 0)
