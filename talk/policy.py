"""Who may do what, decided in one place for REST, websocket, search and export.

An operator may what their role may, in the inboxes they may see: administrators and supervisors
in all, operators in those of their teams. An API token narrows its operator's rights to scopes.
What lies in a foreign inbox does not exist: the answer is 404, the same as for a missing id.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from customers.audit import Kind as WhoKind
from customers.audit import Who
from talk.clearance import clearance_of
from talk.errors import Forbidden, NotFound
from talk.masking import FieldMask
from talk.models import Operator


class Permission(StrEnum):
    CONVERSATION_READ = "conversation.read"
    CONVERSATION_WRITE = "conversation.write"
    MESSAGE_SEND = "message.send"
    NOTE_ADD = "note.add"
    CUSTOMER_READ = "customer.read"
    CUSTOMER_WRITE = "customer.write"
    ACTIVITY_WRITE = "activity.write"
    CUSTOMER_MERGE = "customer.merge"
    CUSTOMER_EXPORT = "customer.export"
    CUSTOMER_ERASE = "customer.erase"
    CUSTOMER_REVEAL = "customer.reveal"
    CUSTOMER_MARK = "customer.mark"
    CUSTOMER_RENAME = "customer.rename"
    LABEL_READ = "label.read"
    INBOX_READ = "inbox.read"
    OPERATOR_READ = "operator.read"
    TEAM_READ = "team.read"
    EVENT_READ = "event.read"


EVERYTHING = frozenset(Permission)
ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Operator.Role.ADMINISTRATOR: EVERYTHING,
    Operator.Role.SUPERVISOR: EVERYTHING - {Permission.CUSTOMER_ERASE},
    # A merge can be undone, what was given out or erased cannot.
    # What a company's systems say verifies identifiers, and so joins customers of every inbox.
    Operator.Role.OPERATOR: EVERYTHING
    - {Permission.CUSTOMER_EXPORT, Permission.CUSTOMER_ERASE}
    - {Permission.CUSTOMER_WRITE, Permission.ACTIVITY_WRITE},
}
SEES_ALL_INBOXES = frozenset({Operator.Role.ADMINISTRATOR, Operator.Role.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Actor:
    """An operator, or a program that acts as one. `inbox_ids` None means every inbox."""

    operator_id: UUID
    name: str
    role: str
    inbox_ids: frozenset[UUID] | None
    access_version: int = 0
    scopes: frozenset[str] | None = None
    ip: str = ""
    mask: FieldMask = field(default_factory=FieldMask, compare=False)

    @property
    def who(self) -> Who:
        """Who the audit names."""
        kind = WhoKind.OPERATOR if self.scopes is None else WhoKind.PROGRAM
        return Who(kind, self.name, self.operator_id, self.ip)

    def sees(self, inbox_id: UUID) -> bool:
        return self.inbox_ids is None or inbox_id in self.inbox_ids


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser that holds a visitor token: one profile in one inbox.

    `others` are the profiles of the same member, whom the site has vouched for in each of them:
    their conversations are this visitor's as well.
    """

    profile_id: UUID
    customer_id: UUID
    inbox_id: UUID
    others: tuple[UUID, ...] = ()

    @property
    def profile_ids(self) -> list[UUID]:
        return [self.profile_id, *self.others]


def actor_of_operator(
    operator: Operator, *, scopes: frozenset[str] | None = None, ip: str = ""
) -> Actor:
    cleared = clearance_of(operator)
    return Actor(
        operator_id=operator.id,
        name=operator.name,
        role=operator.role,
        inbox_ids=None if operator.role in SEES_ALL_INBOXES else cleared.team_inbox_ids,
        access_version=operator.access_version,
        scopes=scopes,
        ip=ip,
        mask=cleared.mask,
    )


def allow(actor: Actor, permission: Permission, inbox_id: UUID | None = None) -> bool:
    """Whether the actor may; with an inbox, whether they may there."""
    if permission not in ROLE_PERMISSIONS.get(actor.role, frozenset()):
        return False
    if actor.scopes is not None and permission not in actor.scopes:
        return False
    return inbox_id is None or actor.sees(inbox_id)


def require(actor: Actor, permission: Permission, inbox_id: UUID | None = None) -> None:
    """Raise `NotFound` for a foreign inbox, `Forbidden` for what the role or scopes lack."""
    if inbox_id is not None and not actor.sees(inbox_id):
        raise NotFound
    if not allow(actor, permission, inbox_id):
        raise Forbidden(f"This needs the permission {permission}")
