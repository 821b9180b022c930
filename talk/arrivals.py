"""What the arrival of a visitor asks of the database: who they are, and what they missed.

After a restart everybody arrives at once, so both statements are prepared, on wires of their own,
and events are read and written as their final types without a step in between.
"""

from uuid import UUID

import msgspec
from channels.db import database_sync_to_async
from msgspec import UNSET, Struct, UnsetType

from customers.models import Profile
from talk.actions.access import visitor_of
from talk.actions.messages import current_conversation
from talk.errors import NotFound
from talk.frames import VISITOR_KINDS
from talk.outbox import Sized
from talk.policy import Visitor
from talk.rows import VisitorConversationRow, VisitorMessageRow
from talk.wire import Wires

MOST_EVENTS = 400  # fits the outbox; who missed more fetches everything anew
_KINDS = ", ".join(f"'{kind}'" for kind in sorted(VISITOR_KINDS))

PREPARE = (
    """
    PREPARE visitor (bytea, text) AS
    SELECT t.profile_id, p.customer_id, t.inbox_id,
           CASE WHEN p.member_id IS NULL
           THEN (SELECT c.id FROM talk_conversation c
                 WHERE c.profile_id = t.profile_id AND c.inbox_id = t.inbox_id
                 ORDER BY c.created_at DESC LIMIT 1)
           END, p.member_id
    FROM talk_visitortoken t
    JOIN talk_inbox i ON i.id = t.inbox_id AND i.is_active
    JOIN customers_profile p ON p.id = t.profile_id
    WHERE t.token_hash = $1 AND i.public_id = $2 AND t.revoked_at IS NULL
    """,
    f"""
    PREPARE missed (uuid[], bigint) AS
    SELECT (SELECT dropped_xid < $2 FROM talk_epoch), count(*),
           concat('[', string_agg(concat(
               '{{"kind":"', e.kind, '","id":', e.id, ',"conversation_id":"', e.conversation_id,
               '","version":', e.rows->'conversation'->'visitor_version',
               ',"rows":', e.rows::text, '}}'
           ), ',' ORDER BY e.xid, e.id), ']')
    FROM (
        SELECT * FROM talk_event
        WHERE profile_id = ANY($1) AND xid >= $2::text::xid8 AND kind IN ({_KINDS})
        ORDER BY xid, id LIMIT {MOST_EVENTS + 1}
    ) e
    """,
)


class VisitorEventRows(Struct, omit_defaults=True):
    """The rows as the visitor's own types: what these lack cannot leak."""

    conversation: VisitorConversationRow
    message: VisitorMessageRow | UnsetType = UNSET


class VisitorEvent(Struct):
    """An event of the log as the visitor gets it: the same as `frames.visitor_frame` makes."""

    kind: str
    id: int
    conversation_id: UUID
    version: int
    rows: VisitorEventRows
    type: str = "event"


_events = msgspec.json.Decoder(list[VisitorEvent])
_encode = msgspec.json.Encoder().encode


async def visitor(
    wires: Wires, inbox_public_id: str, token_hash: bytes
) -> tuple[Visitor, UUID | None]:
    """Return who holds the token, and the conversation their next message most likely goes to."""
    if not (inbox_public_id.isascii() and inbox_public_id.isprintable()):
        raise NotFound  # none of ours, and libpq would stop reading at a NUL
    rows = await wires.execute(
        b"visitor", b"\\x" + token_hash.hex().encode(), inbox_public_id.encode()
    )
    if not rows:
        raise NotFound
    *who, conversation, member = rows[0]
    profile, customer, inbox = (UUID((id or b"").decode()) for id in who)
    if member is not None:
        return await database_sync_to_async(_member, thread_sensitive=False)(profile, inbox)
    return Visitor(profile, customer, inbox), UUID(conversation.decode()) if conversation else None


async def missed(wires: Wires, profile_ids: list[UUID], watermark: int) -> list[Sized] | None:
    """Return the frames of a visitor's events; None when too many, or no longer in the log."""
    profiles = f"{{{','.join(map(str, profile_ids))}}}"
    [[is_whole, count, events]] = await wires.execute(
        b"missed", profiles.encode(), str(watermark).encode()
    )
    if is_whole != b"t" or int(count or 0) > MOST_EVENTS:
        return None
    return [_frame(event) for event in _events.decode(events or b"[]")]


def _member(profile_id: UUID, inbox_id: UUID) -> tuple[Visitor, UUID | None]:
    """Members are few among those who arrive, and have several profiles: by the ordinary way."""
    who = visitor_of(Profile.objects.get(id=profile_id), inbox_id)
    return who, current_conversation(who)


def _frame(event: VisitorEvent) -> Sized:
    made = _encode(event)
    return made.decode(), len(made)
