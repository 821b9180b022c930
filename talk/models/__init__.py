"""Tables of the live core, split by noun."""

from talk.models.access import ApiToken, IdempotencyKey, SocketTicket, VisitorToken
from talk.models.attachments import Attachment
from talk.models.classes import ClassAccess, FieldRule
from talk.models.conversations import Conversation
from talk.models.files import FileDeletion
from talk.models.headline import HeadlineClause
from talk.models.inboxes import Inbox, Team
from talk.models.labels import CustomerNote, Label, ProfileLabel
from talk.models.log import Epoch, Event
from talk.models.messages import Delivery, Message, Note
from talk.models.operators import Operator
from talk.models.sidebar import SidebarLayout, SidebarLine, ToolLink
from talk.models.signing import SigningKey
from talk.models.ways import PaneWays

__all__ = [
    "ApiToken",
    "Attachment",
    "ClassAccess",
    "Conversation",
    "CustomerNote",
    "Delivery",
    "Epoch",
    "Event",
    "FieldRule",
    "FileDeletion",
    "HeadlineClause",
    "IdempotencyKey",
    "Inbox",
    "Label",
    "Message",
    "Note",
    "Operator",
    "PaneWays",
    "ProfileLabel",
    "SidebarLayout",
    "SidebarLine",
    "SigningKey",
    "SocketTicket",
    "Team",
    "ToolLink",
    "VisitorToken",
]
