"""The audit: who has seen, given out, joined or erased what is known of a customer.

Rows are appended in the transaction of the act itself, so neither stands without the other. They
name keys, kinds and ids, never the values that were seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from customers.models import AuditEntry
from customers.models.audit import LONGEST_REASON


class Act(StrEnum):
    CUSTOMER_SEEN = "customer.seen"
    VALUE_REVEALED = "value.revealed"
    CUSTOMER_EXPORTED = "customer.exported"
    CUSTOMER_ERASED = "customer.erased"
    SUPPRESSION_LIFTED = "suppression.lifted"
    CUSTOMERS_MERGED = "customers.merged"
    MERGE_UNDONE = "merge.undone"
    IDENTITY_VERIFIED = "identity.verified"
    CUSTOMER_RENAMED = "customer.renamed"
    OPERATOR_CHANGED = "operator.changed"
    LAYOUT_CHANGED = "layout.changed"
    HEADLINE_CHANGED = "headline.changed"
    CLASS_CHANGED = "class.changed"
    PRECEDENCE_CHANGED = "precedence.changed"
    KEY_CHANGED = "key.changed"
    CUSTOMER_NOTE_CHANGED = "customer_note.changed"
    CUSTOMER_NOTE_DELETED = "customer_note.deleted"
    LABELS_CHANGED = "labels.changed"
    RETENTION_CHANGED = "retention.changed"
    RETENTION_RUN = "retention.run"
    LINE_CHANGED = "line.changed"


LABELS = {
    Act.CUSTOMER_SEEN: _("Customer seen"),
    Act.VALUE_REVEALED: _("Masked value revealed"),
    Act.CUSTOMER_EXPORTED: _("Customer exported"),
    Act.CUSTOMER_ERASED: _("Customer erased"),
    Act.SUPPRESSION_LIFTED: _("Suppression lifted"),
    Act.CUSTOMERS_MERGED: _("Customers merged"),
    Act.MERGE_UNDONE: _("Merge undone"),
    Act.IDENTITY_VERIFIED: _("Identifier confirmed"),
    Act.CUSTOMER_RENAMED: _("Customer renamed"),
    Act.OPERATOR_CHANGED: _("Operator changed"),
    Act.LAYOUT_CHANGED: _("Sidebar layout changed"),
    Act.HEADLINE_CHANGED: _("Headline changed"),
    Act.CLASS_CHANGED: _("Class of data changed"),
    Act.PRECEDENCE_CHANGED: _("Precedence of sources changed"),
    Act.KEY_CHANGED: _("Key or token changed"),
    Act.CUSTOMER_NOTE_CHANGED: _("Note about a customer changed"),
    Act.CUSTOMER_NOTE_DELETED: _("Note about a customer deleted"),
    Act.LABELS_CHANGED: _("List of labels changed"),
    Act.RETENTION_CHANGED: _("Retention changed"),
    Act.RETENTION_RUN: _("Retention carried out"),
    Act.LINE_CHANGED: _("LINE changed"),
}
ABOUT_CUSTOMER = """
WITH RECURSIVE same AS (
    SELECT %s::uuid AS id
    UNION SELECT log.loser_id FROM customers_mergelog log JOIN same ON log.winner_id = same.id
    WHERE log.undone_at IS NULL AND NOT log.is_parting
) SELECT id FROM same
"""


# Of two looks at the same moment both may be noted: that is true as well.
SEEN = """
INSERT INTO customers_auditentry
    (action, actor_kind, actor_id, actor_name, ip, customer_id, conversation_id, what, reason)
SELECT %(act)s, %(kind)s, %(id)s, %(name)s, %(ip)s::inet, seen.id, %(conversation)s::uuid, '{}', ''
FROM unnest(%(customers)s::uuid[]) AS seen(id)
WHERE NOT EXISTS (
    SELECT 1 FROM customers_auditentry AS known
    WHERE known.customer_id = seen.id AND known.at > now() - interval '1 hour'
        AND known.actor_id = %(id)s AND known.action = %(act)s AND known.actor_kind = %(kind)s
)
"""


class Kind(StrEnum):
    """What acts: a person at the console or admin, a program with an API token, or ourselves."""

    OPERATOR = "operator"
    PROGRAM = "program"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts. `id` is the operator's, a program's too: it acts as one."""

    kind: Kind
    name: str
    id: UUID | None = None
    ip: str = ""


KINDS = {
    Kind.OPERATOR: _("Operator"),
    Kind.PROGRAM: _("Program"),
    Kind.SYSTEM: "Sobani",
}


def record(
    who: Who,
    act: Act,
    *,
    customer_id: UUID | None = None,
    conversation_id: UUID | None = None,
    what: Mapping[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Append an entry, in the act's own transaction; the time is the database's.

    `what` is JSON of keys, kinds, ids and counts, never a value that was seen. Raises
    `TransactionManagementError` outside a transaction: the act might then stand without its entry.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Audit belongs into the act's transaction")
    return AuditEntry.objects.create(
        action=act,
        actor_kind=who.kind,
        actor_id=who.id,
        actor_name=who.name[:200],
        ip=who.ip or None,
        customer_id=customer_id,
        conversation_id=conversation_id,
        what=dict(what or {}),
        reason=reason[:LONGEST_REASON],
    )


def note_seen(
    who: Who, customer_ids: Sequence[UUID], *, conversation_id: UUID | None = None
) -> None:
    """Note who has looked at customers: once an hour for each pair. One statement, by index."""
    with connection.cursor() as cursor:
        cursor.execute(
            SEEN,
            {
                "act": Act.CUSTOMER_SEEN,
                "kind": who.kind,
                "id": who.id,
                "name": who.name[:200],
                "ip": who.ip or None,
                "customers": list(customer_ids),
                "conversation": conversation_id,
            },
        )


def entries_about(customer_id: UUID) -> QuerySet[AuditEntry]:
    """Who saw or changed this customer, or one who was joined with them; the newest first.

    One statement, by index.
    """
    same = RawSQL(ABOUT_CUSTOMER, [customer_id])  # noqa: S611  # our own constant
    return AuditEntry.objects.filter(customer_id__in=same)


@transaction.atomic
def drop_before(moment: datetime, *, most: int) -> int:
    """Retention alone may delete: at most so many entries, the oldest; return how many."""
    oldest = AuditEntry.objects.filter(at__lt=moment).order_by("at", "id")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL sobani.audit_retention = 'on'")
        count, _by_model = AuditEntry.objects.filter(
            id__in=list(oldest.values_list("id", flat=True)[:most])
        ).delete()
        cursor.execute("SET LOCAL sobani.audit_retention = 'off'")
    return count
