"""What the arrival of a visitor asks of the database: who they are, and what they missed.

After a restart everybody arrives at once, so both statements are prepared, on wires of their own,
and the events that were missed come as the text of their frame: nothing here takes them apart.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from channels.db import database_sync_to_async
from msgspec import Struct

from customers.models import Profile
from talk.actions.access import visitor_of
from talk.actions.messages import current_conversation
from talk.errors import NotFound
from talk.frames import VISITOR_KINDS
from talk.policy import Visitor
from talk.rows import VisitorAttachmentRow, VisitorConversationRow, VisitorMessageRow
from talk.told import Told
from talk.wire import Wires

MOST_EVENTS = 400  # fits the outbox; who missed more fetches everything anew
_KINDS = ", ".join(f"'{kind}'" for kind in sorted(VISITOR_KINDS))


def _text(row: type[Struct], json: str, **special: str) -> str:
    """Return the SQL of an object's text with the row's own fields: no others can leak.

    It is NULL when one of them is missing.
    """
    fields = [
        f"""'"{name}":' || """ + special.get(name, f"({json}->'{name}')::text")
        for name in row.__struct_fields__
    ]
    return f"""'{{' || {" || ',' || ".join(fields)} || '}}'"""


_ATTACHMENTS = f"""
    CASE m->'attachments' WHEN '[]' THEN '[]' ELSE (
        SELECT CASE WHEN count(*) = count(x.text) THEN '[' || string_agg(x.text, ',') || ']' END
        FROM (SELECT {_text(VisitorAttachmentRow, "a")} AS text
              FROM jsonb_array_elements(m->'attachments') AS each(a)) x
    ) END"""
_MESSAGE = _text(VisitorMessageRow, "m", attachments=_ATTACHMENTS)
# x = an event with its rows `c` and `m`: the same as `frames.visitor_frame` makes.
_EVENT = f"""
    '{{"type":"event","kind":"' || x.kind || '","id":' || x.id
    || ',"conversation_id":"' || x.conversation_id || '","version":' || (c->'visitor_version')::text
    || ',"rows":{{"conversation":' || {_text(VisitorConversationRow, "c")}
    || CASE WHEN m IS NULL THEN '' ELSE ',"message":' || {_MESSAGE} END || '}}}}'"""
PREPARE = (
    """
    PREPARE visitor (bytea, text) AS
    SELECT t.profile_id, p.customer_id, t.inbox_id,
           CASE WHEN p.member_id IS NULL
           THEN (SELECT c.id FROM talk_conversation c
                 WHERE c.profile_id = t.profile_id AND c.inbox_id = t.inbox_id
                 ORDER BY c.created_at DESC LIMIT 1)
           END, p.member_id, t.device
    FROM talk_visitortoken t
    JOIN talk_inbox i ON i.id = t.inbox_id AND i.is_active
    JOIN customers_profile p ON p.id = t.profile_id
    WHERE t.token_hash = $1 AND i.public_id = $2 AND t.revoked_at IS NULL
    """,
    f"""
    PREPARE missed (uuid[], bigint) AS
    SELECT (SELECT dropped_xid < $2 FROM talk_epoch) AND count(*) = count(e.text), count(*),
           string_agg(e.text, ',' ORDER BY e.xid, e.id)
    FROM (
        SELECT x.xid, x.id, CASE WHEN x.kind <> 'access.changed' THEN {_EVENT} END AS text
        FROM (
            SELECT id, xid, kind, conversation_id, rows->'conversation' AS c, rows->'message' AS m
            FROM talk_event
            WHERE profile_id = ANY($1) AND xid >= $2::text::xid8
            AND (kind IN ({_KINDS}) OR kind = 'access.changed' AND rows->>'session' = '')
            ORDER BY xid, id LIMIT {MOST_EVENTS + 1}
        ) x
    ) e
    """,
)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a token, the conversation their next message most likely goes to, and the device
    that the token was last used on (`talk.actions.devices`)."""

    visitor: Visitor
    conversation_id: UUID | None
    is_member: bool
    device: str


async def holder(wires: Wires, inbox_public_id: str, token_hash: bytes) -> Holder:
    """Return who holds the token; a member yet without their other profiles (`member`)."""
    if not (inbox_public_id.isascii() and inbox_public_id.isprintable()):
        raise NotFound  # none of ours, and libpq would stop reading at a NUL
    rows = await wires.execute(
        b"visitor", b"\\x" + token_hash.hex().encode(), inbox_public_id.encode()
    )
    if not rows:
        raise NotFound
    *who, conversation, member, device = rows[0]
    profile, customer, inbox = (UUID((id or b"").decode()) for id in who)
    current = UUID(conversation.decode()) if conversation else None
    visitor = Visitor(profile, customer, inbox)
    return Holder(visitor, current, member is not None, (device or b"").decode())


async def member(held: Holder) -> Holder:
    """Return the same with the member's other profiles. Raises `NotFound` if it is gone.

    Members are few among those who arrive: by the ordinary way.
    """
    visitor, current = await database_sync_to_async(_member, thread_sensitive=False)(held.visitor)
    return replace(held, visitor=visitor, conversation_id=current)


async def missed(wires: Wires, profile_ids: list[UUID], watermark: int) -> list[Told] | None:
    """Return a visitor's events as one text, or None: then everything is fetched anew.

    So it is when there are too many, they are no longer in the log, one cannot be read (an old
    release's), or other profiles have become the member's: their past is in no event.
    """
    profiles = f"{{{','.join(map(str, profile_ids))}}}"
    [[is_whole, count, events]] = await wires.execute(
        b"missed", profiles.encode(), str(watermark).encode()
    )
    if is_whole != b"t" or int(count or 0) > MOST_EVENTS:
        return None
    return [Told(events.decode(), len(events), events=int(count or 0))] if events else []


def _member(visitor: Visitor) -> tuple[Visitor, UUID | None]:
    profile = Profile.objects.filter(id=visitor.profile_id).first()
    if profile is None:
        raise NotFound
    who = visitor_of(profile, visitor.inbox_id)
    return who, current_conversation(who)
