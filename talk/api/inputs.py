"""What the REST interface takes. The golden list of writable fields is made of these."""

from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from customers.actions.by_hand import Side
from customers.actions.resolving import LONGEST_NAME
from customers.activities import MAX_BATCH
from customers.client import SentAt
from customers.identifiers import Kind
from talk.actions.feeds import Whom
from talk.exporting import Format
from talk.models.labels import MOST_NOTE
from talk.protocol import Attachments, Body, LabelIds, Moment, Seq
from talk.queries import View

Limit = Annotated[int, Meta(ge=1, le=100)]
Cursor = Annotated[str, Meta(max_length=200)]
MOST_RECORDS = 500
ResumeToken = Annotated[str, Meta(max_length=128)]


class Nothing(Struct, frozen=True, forbid_unknown_fields=True):
    pass


class ConversationsQuery(Struct, frozen=True, forbid_unknown_fields=True):
    view: View = View.ALL
    inbox_id: UUID | None = None
    label_id: UUID | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


class CountsQuery(Struct, frozen=True, forbid_unknown_fields=True):
    inbox_id: UUID | None = None


class CustomersQuery(Struct, frozen=True, forbid_unknown_fields=True):
    cursor: Cursor | None = None
    limit: Limit = 50


class MessagesQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """`before_seq` is left out for the newest."""

    before_seq: Seq = 2**53
    limit: Limit = 50


class ChangesQuery(Struct, frozen=True, forbid_unknown_fields=True):
    after: Seq


class EventsQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Without `after` only the newest token is returned."""

    after: ResumeToken | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 500


class NewMessage(Struct, frozen=True, forbid_unknown_fields=True):
    """`client_id` is made by the sender; sending the same again returns the first message.

    `data` says what it is besides text, where the inbox's channel carries that.
    """

    client_id: UUID
    body: Body = ""
    attachment_ids: Attachments = ()
    data: dict[str, Any] | None = None


class NewNote(Struct, frozen=True, forbid_unknown_fields=True):
    client_id: UUID
    body: Body


class ConversationChange(Struct, frozen=True, forbid_unknown_fields=True):
    """`version` is that of the row which was seen; what is left out stays as it is."""

    version: Seq
    status: str | UnsetType = UNSET
    snoozed_until: Moment | UnsetType | None = UNSET
    assignee_id: UUID | UnsetType | None = UNSET
    team_id: UUID | UnsetType | None = UNSET
    label_ids: LabelIds | UnsetType = UNSET


class LabelsChange(Struct, frozen=True, forbid_unknown_fields=True):
    """These labels and no others. `version` is that of the marks which were seen."""

    version: Seq
    label_ids: LabelIds


NoteBody = Annotated[str, Meta(max_length=MOST_NOTE)]


class CustomerChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A name of null takes back what operators called them. `version` is the context's
    `member_version` that was seen.

    With `conversation_id` it stays with who writes there, should the customer be parted again.
    """

    version: Seq
    name: Annotated[str, Meta(max_length=LONGEST_NAME)] | None
    conversation_id: UUID | None = None


class NewCustomerNote(Struct, frozen=True, forbid_unknown_fields=True):
    """`client_id` is made by the sender: sending the same again adds none.

    With `conversation_id` it stays with who writes there, should the customer be parted again.
    """

    client_id: UUID
    body: NoteBody
    conversation_id: UUID | None = None


class CustomerNoteChange(Struct, frozen=True, forbid_unknown_fields=True):
    """`version` is that of the note which was seen."""

    version: Seq
    body: NoteBody


class VersionQuery(Struct, frozen=True, forbid_unknown_fields=True):
    version: Seq


class ReadMark(Struct, frozen=True, forbid_unknown_fields=True):
    seq: Seq


Words = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")]
Key = Annotated[str, Meta(min_length=1, max_length=60)]


class Reason(Struct, frozen=True, forbid_unknown_fields=True):
    """It is kept in the audit."""

    reason: Words


class MergeRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`choices`: by key of member data, whose value is shown; others follow their sources."""

    other_id: UUID
    reason: Words
    choices: Annotated[dict[Key, Side], Meta(max_length=100)] = {}


class Confirmation(Struct, frozen=True, forbid_unknown_fields=True):
    kind: Kind
    value: Annotated[str, Meta(min_length=1, max_length=255)]
    reason: Words


class ExportRequest(Struct, frozen=True, forbid_unknown_fields=True):
    reason: Words
    format: Format = "json"


# What PostgreSQL keeps in JSON, and people can read.
Plain = Annotated[str, Meta(max_length=220, pattern=r"\A[^\x00-\x1f\ud800-\udfff]*\Z")]


class PaneChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is another from now on: blocks open or folded, and their order by layout.

    A layout's id; "" is the standard one. An order of null is the layout's own again.
    """

    folds: Annotated[dict[Plain, bool], Meta(max_length=100)] = {}
    orders: Annotated[
        dict[Plain, Annotated[list[Plain], Meta(max_length=100)] | None], Meta(max_length=20)
    ] = {}


class NewReveal(Struct, frozen=True, forbid_unknown_fields=True):
    """`key` is one of the customer's `masked`; the reason is kept in the audit."""

    key: Annotated[str, Meta(min_length=1, max_length=60)]
    reason: Words
    conversation_id: UUID | None = None


class NewAttachment(Struct, frozen=True, forbid_unknown_fields=True):
    """Sent as multipart/form-data, with the file in the part `file`."""

    conversation_id: UUID


Source = Annotated[str, Meta(pattern=r"^(crm|commerce|survey)(:[a-z0-9_-]{1,30})?$")]


class ActivityBatch(Struct, frozen=True, forbid_unknown_fields=True):
    """`sent_at` is the sender's clock when it sent: with it only the ages of activities count."""

    customer: Whom
    activities: Annotated[list[Any], Meta(max_length=MAX_BATCH)]
    sent_at: SentAt | None = None


class CustomerBatch(Struct, frozen=True, forbid_unknown_fields=True):
    """`source` says which of several values of a trait is shown (docs/identity.md).

    `customers` are records (`Record`); each is taken or refused by itself.
    """

    customers: Annotated[list[Any], Meta(max_length=MOST_RECORDS)]
    source: Source = "crm"


BODIES: tuple[type[Struct], ...] = (
    NewMessage,
    NewNote,
    ConversationChange,
    LabelsChange,
    CustomerChange,
    NewCustomerNote,
    CustomerNoteChange,
    ReadMark,
    Reason,
    MergeRequest,
    Confirmation,
    ExportRequest,
    PaneChange,
    NewReveal,
    NewAttachment,
    ActivityBatch,
    CustomerBatch,
)
