"""The shapes that travel: one struct for each row, and the SQL that makes the same JSON.

REST, events and sockets send exactly these. The JSON is made by PostgreSQL (`*_JSON` below, over
the table aliases named there), so that a row in an event and the same row fetched later are equal
to the letter. Visitors get smaller types of their own: what is not theirs has no field there.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

Moment = Annotated[str, Meta(description="ISO-8601 time in UTC")]
Status = Literal["open", "pending", "snoozed", "resolved"]
Sender = Literal["customer", "operator", "bot", "system"]


class AttachmentRow(Struct, frozen=True):
    id: UUID
    name: str
    media_type: str
    size: int
    width: int | None
    height: int | None
    url: str


class DeliveryRow(Struct, frozen=True):
    state: Literal["queued", "sending", "accepted", "failed", "unknown"]
    reason: str


class ConversationRow(Struct, frozen=True):
    """`preview_kind` is the kind of what was said last; `channel` is empty for the web."""

    id: UUID
    inbox_id: UUID
    customer_id: UUID
    profile_id: UUID
    name: str
    status: Status
    snoozed_until: Moment | None
    assignee_id: UUID | None
    team_id: UUID | None
    version: int
    visitor_version: int
    last_seq: int
    preview: str
    preview_sender: Sender | Literal[""]
    preview_kind: str
    last_at: Moment
    waiting_since: Moment | None
    customer_seq: int
    customer_read_seq: int
    operator_read_seq: int
    blanked_seq: int
    resolved_at: Moment | None
    label_ids: list[UUID]
    created_at: Moment
    channel: dict[str, Any]
    erased_at: Moment | None = None


class MessageRow(Struct, frozen=True):
    id: UUID
    conversation_id: UUID
    seq: int
    version: int
    sender: Sender
    operator_id: UUID | None
    author_name: str
    author_avatar: str
    client_id: UUID
    body: str
    data: dict[str, Any]
    attachments: list[AttachmentRow]
    delivery: DeliveryRow | None
    created_at: Moment


class NoteRow(Struct, frozen=True):
    id: UUID
    conversation_id: UUID
    kind: Literal["note", "system"]
    version: int
    after_seq: int
    operator_id: UUID | None
    author_name: str
    client_id: UUID
    body: str
    data: dict[str, Any]
    created_at: Moment


class ContextRow(Struct, frozen=True):
    """`member_version` moves when the customer's row, which is fetched, is another."""

    customer_id: UUID
    version: int
    member_version: int
    data: dict[str, Any]


class CustomerNoteRow(Struct, frozen=True):
    """What an operator keeps about a customer; `changed_at` is `created_at` until it is edited."""

    id: UUID
    operator_id: UUID
    author_name: str
    version: int
    body: str
    created_at: Moment
    changed_at: Moment


class MarksRow(Struct, frozen=True):
    """What operators keep about a customer, the newest notes first. A version of its own."""

    customer_id: UUID
    version: int
    label_ids: list[UUID]
    notes: list[CustomerNoteRow]


class PastRow(Struct, frozen=True):
    """`topic` are the customer's first words; `resolved_by` is who resolved it last."""

    id: UUID
    status: Status
    topic: str
    preview: str
    preview_kind: str
    created_at: Moment
    resolved_at: Moment | None
    resolved_by: str
    last_at: Moment


class OperatorRow(Struct, frozen=True):
    id: UUID
    name: str
    email: str
    role: Literal["administrator", "supervisor", "operator"]
    avatar: str
    is_active: bool
    version: int


class PaneWaysRow(Struct, frozen=True):
    """How an operator has the pane: blocks folded or open, and their order by layout."""

    folds: dict[str, bool]
    orders: dict[str, list[str]]


class LabelRow(Struct, frozen=True):
    """`color` is the name of a colour of the console's, each in a light and a dark value."""

    id: UUID
    name: str
    color: str
    description: str
    position: int
    is_archived: bool
    version: int


class TemplateRow(Struct, frozen=True):
    """A message that operators of an inbox may send: `alt` and `contents` of `talk.said.Template`.

    What stands in it as `{{…}}` is for the operator to fill in.
    """

    id: UUID
    name: str
    alt: str
    contents: dict[str, Any]


class InboxRow(Struct, frozen=True):
    id: UUID
    public_id: str
    kind: Literal["web", "line"]
    name: str
    is_active: bool
    color: str
    attachment_max_bytes: int
    attachments_per_message: int
    version: int
    channel: dict[str, Any]


class TeamRow(Struct, frozen=True):
    id: UUID
    name: str
    inbox_ids: list[UUID]
    operator_ids: list[UUID]


class VisitorConversationRow(Struct, frozen=True):
    id: UUID
    status: Status
    visitor_version: int
    last_seq: int
    customer_read_seq: int
    operator_read_seq: int
    blanked_seq: int
    created_at: Moment


class VisitorAttachmentRow(Struct, frozen=True):
    id: UUID
    name: str
    media_type: str
    size: int
    width: int | None
    height: int | None


class VisitorMessageRow(Struct, frozen=True):
    """Without a version: nothing is added to what was said.

    Files that are no longer kept turn into their number (`data.expired_files`); up to the
    `blanked_seq` of its conversation a message is empty.
    """

    id: UUID
    conversation_id: UUID
    seq: int
    sender: Sender
    author_name: str
    author_avatar: str
    client_id: UUID
    body: str
    data: dict[str, Any]
    attachments: list[VisitorAttachmentRow]
    created_at: Moment


def json_object(columns: dict[str, str]) -> str:
    """Return the SQL that builds a JSON object from names and expressions."""
    pairs = ", ".join(f"'{name}', {expression}" for name, expression in columns.items())
    return f"jsonb_build_object({pairs})"


def _columns(row: type[Struct], alias: str, **special: str) -> str:
    """Map each field of `row` to the column of its name, or to its special expression."""
    return json_object(
        {name: special.get(name, f"{alias}.{name}") for name in row.__struct_fields__}
    )


MEDIA = "'/media/' || "  # pictures are public by an unguessable name

# Aliases: c for talk_conversation, cu for customers_customer
CONVERSATION_JSON = _columns(ConversationRow, "c", name="cu.name")
# Aliases: m for talk_message; left joined o for talk_operator, d for talk_delivery
MESSAGE_JSON = _columns(
    MessageRow,
    "m",
    author_name="coalesce(o.name, '')",
    author_avatar=f"CASE WHEN o.avatar > '' THEN {MEDIA}o.avatar ELSE '' END",
    data="m.data - 'attachments'",
    attachments="coalesce(m.data->'attachments', '[]'::jsonb)",
    delivery="CASE WHEN d.state IS NOT NULL"
    " THEN jsonb_build_object('state', d.state, 'reason', d.reason) END",
)
# Aliases: n for talk_note, left joined o for talk_operator
NOTE_JSON = _columns(NoteRow, "n", author_name="coalesce(o.name, '')")
# Alias: x for customers_context
CONTEXT_JSON = _columns(ContextRow, "x")
# Aliases: k for talk_customernote, o for talk_operator
CUSTOMER_NOTE_JSON = _columns(CustomerNoteRow, "k", author_name="o.name")
# Alias: x for customers_context
MARKS_JSON = _columns(
    MarksRow,
    "x",
    version="x.marks_version",
    label_ids="(SELECT coalesce(jsonb_agg(DISTINCT l.label_id ORDER BY l.label_id), '[]')"
    " FROM customers_profile p JOIN talk_profilelabel l ON l.profile_id = p.id"
    " WHERE p.customer_id = x.customer_id)",
    notes=f"(SELECT coalesce(jsonb_agg({CUSTOMER_NOTE_JSON} ORDER BY k.created_at DESC, k.id DESC),"
    " '[]') FROM customers_profile p JOIN talk_customernote k ON k.profile_id = p.id"
    " JOIN talk_operator o ON o.id = k.operator_id WHERE p.customer_id = x.customer_id)",
)
# Alias: l for talk_label
LABEL_JSON = _columns(LabelRow, "l")
# Alias: c for talk_conversation
PAST_JSON = _columns(
    PastRow,
    "c",
    topic="coalesce((SELECT left(m.body, 120) FROM talk_message m WHERE m.conversation_id = c.id"
    " AND m.sender = 'customer' AND m.body > '' ORDER BY m.seq LIMIT 1), '')",
    resolved_by="CASE c.status WHEN 'resolved' THEN coalesce((SELECT o.name FROM talk_note n"
    " LEFT JOIN talk_operator o ON o.id = n.operator_id WHERE n.conversation_id = c.id"
    " AND n.kind = 'system' AND n.data->>'to' = 'resolved'"
    " ORDER BY n.version DESC LIMIT 1), '') ELSE '' END",
)
OPERATOR_JSON = _columns(
    OperatorRow, "o", avatar=f"CASE WHEN o.avatar > '' THEN {MEDIA}o.avatar ELSE '' END"
)
INBOX_JSON = _columns(InboxRow, "i")
# A visitor's rows, for what they fetch; in events they are cut from the rows above.
VISITOR_CONVERSATION_JSON = _columns(VisitorConversationRow, "c")

MESSAGE_JOINS = (
    "LEFT JOIN talk_operator o ON o.id = m.operator_id"
    " LEFT JOIN talk_delivery d ON d.message_id = m.id"
)
NOTE_JOINS = "LEFT JOIN talk_operator o ON o.id = n.operator_id"
CONVERSATION_JOINS = "JOIN customers_customer cu ON cu.id = c.customer_id"
