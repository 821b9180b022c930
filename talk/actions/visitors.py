"""What a visitor does besides writing."""

from uuid import UUID

from django.db import transaction
from django.db.models import F

from talk import events
from talk.errors import NotFound
from talk.models import Conversation
from talk.policy import Visitor
from talk.queries import sql
from talk.rows import VISITOR_CONVERSATION_JSON, VisitorConversationRow


@transaction.atomic
def mark_read(visitor: Visitor, *, conversation_id: UUID, seq: int) -> VisitorConversationRow:
    """Note that the customer has read up to a message; the operators' ticks follow."""
    own = Conversation.objects.filter(
        id=conversation_id, profile_id__in=visitor.profile_ids, inbox_id=visitor.inbox_id
    )
    # One conditional UPDATE: going back, or past the last message, changes nothing.
    changed = own.filter(customer_read_seq__lt=seq, last_seq__gte=seq).update(
        customer_read_seq=seq,
        version=F("version") + 1,
        visitor_version=F("visitor_version") + 1,
    )
    if changed:
        events.append("conversation.changed", conversation_id=conversation_id, visitor=True)
    row = sql.one(
        VisitorConversationRow,
        f"SELECT {VISITOR_CONVERSATION_JSON}::text FROM talk_conversation c"
        " WHERE c.id = %(id)s AND c.profile_id = ANY(%(profiles)s) AND c.inbox_id = %(inbox)s",
        {"id": conversation_id, "profiles": visitor.profile_ids, "inbox": visitor.inbox_id},
    )
    if row is None:
        raise NotFound
    return row
