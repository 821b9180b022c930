"""What the arrival of a visitor asks of the database: who they are, and what they missed.

After a restart everybody arrives at once, so both statements are prepared, on wires of their own,
and events are read and written as their final types without a step in between.
"""

import logging
from dataclasses import dataclass
from uuid import UUID

import msgspec
from channels.db import database_sync_to_async
from msgspec import UNSET, Struct, UnsetType

from customers.models import Profile
from talk.actions.access import visitor_of
from talk.actions.messages import current_conversation
from talk.errors import NotFound
from talk.frames import VISITOR_KINDS
from talk.policy import Visitor
from talk.rows import VisitorConversationRow, VisitorMessageRow
from talk.told import VISITOR, Told, number
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
    SELECT (SELECT dropped_xid < $2 FROM talk_epoch)
           AND count(*) = count(*) FILTER (WHERE e.kind <> 'access.changed'), count(*),
           concat('[', string_agg(concat(
               '{{"kind":"', e.kind, '","id":', e.id, ',"conversation_id":"', e.conversation_id,
               '","version":', e.rows->'conversation'->'visitor_version',
               ',"rows":', e.rows::text, '}}'
           ), ',' ORDER BY e.xid, e.id) FILTER (WHERE e.kind <> 'access.changed'), ']')
    FROM (
        SELECT * FROM talk_event
        WHERE profile_id = ANY($1) AND xid >= $2::text::xid8
        AND (kind IN ({_KINDS}) OR kind = 'access.changed' AND rows->>'session' = '')
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
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a token, and the conversation their next message most likely goes to."""

    visitor: Visitor
    conversation_id: UUID | None
    is_member: bool


async def holder(wires: Wires, inbox_public_id: str, token_hash: bytes) -> Holder:
    """Return who holds the token; a member yet without their other profiles (`member`)."""
    if not (inbox_public_id.isascii() and inbox_public_id.isprintable()):
        raise NotFound  # none of ours, and libpq would stop reading at a NUL
    rows = await wires.execute(
        b"visitor", b"\\x" + token_hash.hex().encode(), inbox_public_id.encode()
    )
    if not rows:
        raise NotFound
    *who, conversation, member = rows[0]
    profile, customer, inbox = (UUID((id or b"").decode()) for id in who)
    current = UUID(conversation.decode()) if conversation else None
    return Holder(Visitor(profile, customer, inbox), current, member is not None)


async def member(held: Holder) -> Holder:
    """Return the same with the member's other profiles. Raises `NotFound` if it is gone.

    Members are few among those who arrive: by the ordinary way.
    """
    return await database_sync_to_async(_member, thread_sensitive=False)(held.visitor)


async def missed(wires: Wires, profile_ids: list[UUID], watermark: int) -> list[Told] | None:
    """Return the frames of a visitor's events, or None: then everything is fetched anew.

    So it is when there are too many, they are no longer in the log, one cannot be read (an old
    release's), or other profiles have become the member's: their past is in no event.
    """
    profiles = f"{{{','.join(map(str, profile_ids))}}}"
    [[is_whole, count, events]] = await wires.execute(
        b"missed", profiles.encode(), str(watermark).encode()
    )
    if is_whole != b"t" or int(count or 0) > MOST_EVENTS:
        return None
    try:
        return [_frame(event) for event in _events.decode(events or b"[]")]
    except msgspec.DecodeError:
        log.exception("events of %s since %s cannot be read", profiles, watermark)
        return None


def _member(visitor: Visitor) -> Holder:
    profile = Profile.objects.filter(id=visitor.profile_id).first()
    if profile is None:
        raise NotFound
    who = visitor_of(profile, visitor.inbox_id)
    return Holder(who, current_conversation(who), is_member=True)


def _frame(event: VisitorEvent) -> Told:
    made = _encode(event)
    return Told(made.decode(), len(made), number(event.id, VISITOR))
