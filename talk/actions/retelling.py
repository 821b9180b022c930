"""What the list, the log and remembered answers keep of a message's words, once these are gone."""

from django.db import connection

from talk.actions.erasing import FORGET_ANSWERS
from talk.models import Message
from talk.rows import (
    CONVERSATION_JOINS,
    CONVERSATION_JSON,
    MESSAGE_JOINS,
    MESSAGE_JSON,
)

MOST_PREVIEW = 160

# Events become what is true by now: harmless to hear again, and no hole for who was away. Their
# transactions stay, as readers go by those. The log is looked through from the message on.
RETELL = f"""
WITH now_true AS (
    SELECT {CONVERSATION_JSON} AS conversation,
        (SELECT {MESSAGE_JSON} FROM talk_message m {MESSAGE_JOINS}
         WHERE m.id = %(message)s) AS message
    FROM talk_conversation c {CONVERSATION_JOINS} WHERE c.id = %(conversation)s
) UPDATE talk_event e SET rows = e.rows || jsonb_build_object('conversation', n.conversation)
    || CASE WHEN e.rows->'message'->>'id' = %(message)s::text
       THEN jsonb_build_object('message', n.message) ELSE '{{}}' END
FROM now_true n
WHERE e.inbox_id = %(inbox)s AND e.conversation_id = %(conversation)s AND e.at >= %(since)s
AND (e.rows->'message'->>'id' = %(message)s::text
     OR %(words)s > '' AND e.rows->'conversation'->>'preview' = %(words)s)
"""


def preview_of(message: Message) -> str:
    """Return what the list shows, or has shown, of this message."""
    files = message.data.get("attachments") or [{"name": ""}]
    return str(message.body or files[0]["name"])[:MOST_PREVIEW]


def is_newest(message: Message) -> bool:
    """Whether it is the one that the list shows: nothing that came in time is newer."""
    later = Message.objects.filter(conversation_id=message.conversation_id, seq__gt=message.seq)
    return "after_seq" not in message.data and not later.exclude(data__has_key="after_seq").exists()


def retell(message: Message, words: str) -> None:
    """Let no event and no answer tell the old words again. In the caller's transaction, last."""
    with connection.cursor() as cursor:
        cursor.execute(
            RETELL,
            {
                "message": message.id,
                "conversation": message.conversation_id,
                "inbox": message.conversation.inbox_id,
                "since": message.created_at,
                "words": words,
            },
        )
        cursor.execute(FORGET_ANSWERS, [[str(message.conversation_id)]])
