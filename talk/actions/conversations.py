"""Changes to a conversation itself: who has it, how it stands, what it is about.

All are guarded by the version of the row that the operator saw: whoever comes late gets a
`Conflict` with the row as it is now, never the last word.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.dateparse import parse_datetime

from customers.cleaning import clean_time
from talk import clock, events, queries, wakes
from talk.actions import labels, notes
from talk.errors import Conflict, Erased, Invalid
from talk.models import Conversation, Operator, Team
from talk.policy import Actor, Permission, actor_of_operator, allow, require
from talk.rows import ConversationRow

Status = Conversation.Status


@transaction.atomic
def assign(
    actor: Actor,
    *,
    conversation_id: UUID,
    version: int,
    assignee_id: UUID | None,
    team_id: UUID | None,
) -> ConversationRow:
    """Give the conversation to an operator and a team, either of which may be nobody.

    The operator must be active and see the inbox. Appends `conversation.changed` with a line.
    """
    before = _writable(actor, conversation_id)
    assignee = _assignee(assignee_id, before)
    team = _team(team_id, before)
    is_so = (before.assignee_id, before.team_id) == (assignee_id, team_id)
    if is_so and version == before.version:
        return before
    _change(actor, before, version, assignee_id=assignee_id, team_id=team_id)
    data = {
        "code": "assigned",
        "assignee_id": str(assignee_id) if assignee_id else None,
        "assignee_name": assignee.name if assignee else "",
        "team_id": str(team_id) if team_id else None,
        "team_name": team.name if team else "",
    }
    return _tell(actor, conversation_id, data)


@transaction.atomic
def set_status(
    actor: Actor,
    *,
    conversation_id: UUID,
    version: int,
    status: str,
    snoozed_until: str | None = None,
) -> ConversationRow:
    """Move to open, pending, snoozed (until a time, or the customer's next message) or resolved.

    Appends `conversation.changed` with a line. Resolving ends the customer's waiting.
    """
    before = _writable(actor, conversation_id)
    if status not in Status.values:
        raise Invalid("status", f"{status!r} is not one of {', '.join(Status.values)}")
    until = _moment(snoozed_until) if status == Status.SNOOZED else None
    resolved = {"resolved_at": Now(), "waiting_since": None} if status == Status.RESOLVED else {}
    is_news = status != before.status
    is_so = not is_news and until == _known_moment(before.snoozed_until)
    if is_so and version == before.version:
        return before
    _change(
        actor,
        before,
        version,
        visitor_version=F("visitor_version") + int(is_news),
        **{"status": status, "snoozed_until": until, "resolved_at": None, **resolved},
    )
    data = {
        "code": "status",
        "from": before.status,
        "to": status,
        "snoozed_until": until.isoformat() if until else None,
    }
    return _tell(actor, conversation_id, data, visitor=is_news)


@transaction.atomic
def set_labels(
    actor: Actor, *, conversation_id: UUID, version: int, label_ids: Sequence[UUID]
) -> ConversationRow:
    """Put these labels and no others; an archived one may stay but not come.

    Appends `conversation.changed` with a line. The same as there are changes nothing.
    """
    before = _writable(actor, conversation_id)
    if set(label_ids) == set(before.label_ids):
        return before
    change = labels.change(before.label_ids, label_ids)
    _change(actor, before, version, label_ids=change.ids)
    data = {"code": "labels", "added": change.added, "removed": change.removed}
    return _tell(actor, conversation_id, data)


@transaction.atomic
def mark_read(actor: Actor, *, conversation_id: UUID, seq: int) -> ConversationRow:
    """Note that operators have read up to a message. Going back does nothing."""
    before = queries.conversation_row(actor, conversation_id)
    require(actor, Permission.CONVERSATION_WRITE, before.inbox_id)
    changed = Conversation.objects.filter(
        id=conversation_id, operator_read_seq__lt=min(seq, before.last_seq)
    ).update(
        operator_read_seq=min(seq, before.last_seq),
        version=F("version") + 1,
        visitor_version=F("visitor_version") + 1,
    )
    if not changed:
        return before
    events.append("conversation.changed", conversation_id=conversation_id, visitor=True)
    if before.channel:
        transaction.on_commit(partial(wakes.reading.tell, conversation_id))
    return queries.conversation_row(actor, conversation_id)


@transaction.atomic
def wake_snoozed(conversation_id: UUID) -> bool:
    """Open a conversation whose snooze is over; False when somebody else has moved it."""
    # The condition is checked again by the UPDATE itself, so two sweepers cannot both wake it.
    woken = Conversation.objects.filter(
        id=conversation_id, status=Status.SNOOZED, snoozed_until__lte=Now()
    ).update(
        status=Status.OPEN,
        snoozed_until=None,
        version=F("version") + 1,
        visitor_version=F("visitor_version") + 1,
    )
    if not woken:
        return False
    data = {"code": "status", "from": Status.SNOOZED, "to": Status.OPEN, "snoozed_until": None}
    note = notes.write_line(conversation_id, operator_id=None, data=data)
    events.append(
        "conversation.changed", conversation_id=conversation_id, note_id=note.id, visitor=True
    )
    return True


def _writable(actor: Actor, conversation_id: UUID) -> ConversationRow:
    row = queries.conversation_row(actor, conversation_id)
    require(actor, Permission.CONVERSATION_WRITE, row.inbox_id)
    if row.erased_at is not None:
        raise Erased  # erasing moves the version: who has read the row before comes late
    return row


def _change(actor: Actor, before: ConversationRow, version: int, **values: Any) -> None:
    # A conditional UPDATE: of two operators with the same version exactly one changes a row.
    changed = Conversation.objects.filter(id=before.id, version=version).update(
        version=F("version") + 1, **values
    )
    if not changed:
        raise Conflict(current=queries.conversation_row(actor, before.id))


def _tell(
    actor: Actor, conversation_id: UUID, data: dict[str, Any], *, visitor: bool = False
) -> ConversationRow:
    note = notes.write_line(conversation_id, operator_id=actor.operator_id, data=data)
    events.append(
        "conversation.changed", conversation_id=conversation_id, note_id=note.id, visitor=visitor
    )
    return queries.conversation_row(actor, conversation_id)


def _assignee(operator_id: UUID | None, row: ConversationRow) -> Operator | None:
    if operator_id is None:
        return None
    operator = Operator.objects.filter(id=operator_id).first()
    if operator is not None and operator_id == row.assignee_id:
        return operator  # it is so already, whatever they may by now
    if operator is None or not operator.is_active:
        raise Invalid("assignee_id", "There is no such active operator")
    if not allow(actor_of_operator(operator), Permission.MESSAGE_SEND, row.inbox_id):
        raise Invalid("assignee_id", "This operator does not see the conversation's inbox")
    return operator


def _team(team_id: UUID | None, row: ConversationRow) -> Team | None:
    if team_id is None:
        return None
    team = Team.objects.filter(id=team_id).first()
    if team is None:
        raise Invalid("team_id", "There is no such team")
    if team_id != row.team_id and not team.inboxes.filter(id=row.inbox_id).exists():
        raise Invalid("team_id", "This team does not see the conversation's inbox")
    return team


def _known_moment(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None


def _moment(text: str | None) -> datetime | None:
    """Return the end of a snooze, None for «until the customer's next message»."""
    if text is None:
        return None
    try:
        told = parse_datetime(text)
    except ValueError:
        told = None
    moment = clean_time(told) if told else None
    if moment is None:
        raise Invalid("snoozed_until", "This is not a time with its zone (ISO 8601)")
    if moment <= clock.now():
        raise Invalid("snoozed_until", "This time is past")
    return moment
