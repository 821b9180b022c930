"""The events of one chat, handled in their order by whoever holds its lease.

Each has a savepoint of its own: what fails in one takes nothing from the others, and what it has
done is committed with its `done`, or not at all.
"""

import traceback
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import F, Min
from django.db.models.functions import Now

from integrations.line import metrics
from integrations.line.actions import handling, people
from integrations.line.actions.standing import tell_standing
from integrations.line.models import LineChat, LineEvent

BATCH = 25  # events that are committed together
MOST_ATTEMPTS = 8
State = LineEvent.State
log = structlog.stdlib.get_logger("sobani.line")


def handle_chat(chat_id: UUID) -> None:
    """Handle what is due in a chat, unless somebody is at it; they look again when they are done.

    That look is after their commit. So of an event that came meanwhile, and whose wake found the
    chat taken, either of the two has heard.
    """
    while _take(chat_id) and _is_due(chat_id):
        pass


def due_chats() -> list[UUID]:
    """Return the chats that have something to be handled, those that wait longest first."""
    rows = LineEvent.objects.filter(state=State.PENDING, due_at__lte=Now()).values("chat_id")
    return list(
        rows.annotate(since=Min("due_at"))
        .order_by("since")
        .values_list("chat_id", flat=True)[:1_000]
    )


def _is_due(chat_id: UUID) -> bool:
    return LineEvent.objects.filter(
        chat_id=chat_id, state=State.PENDING, due_at__lte=Now()
    ).exists()


@transaction.atomic
def _take(chat_id: UUID) -> bool:
    """Handle a batch; False when somebody else has the chat."""
    if not _may_have(chat_id):
        return False
    # No key of it changes, so webhooks store events of a chat that is being handled.
    chats = LineChat.objects.select_for_update(of=("self",), no_key=True)
    chat = chats.select_related("channel__inbox", "profile__customer").filter(id=chat_id).first()
    if chat is None:
        return False
    if people.needs_person(chat) and _is_due(chat_id):
        people.begin_person(chat)
        return True
    states: dict[str, list[int]] = {}
    for event in _batch(chat):
        event.chat, event.channel = chat, chat.channel
        states.setdefault(_handle(event), []).append(event.id)
    _settle(states)
    tell_standing(chat)
    return True


def _may_have(chat_id: UUID) -> bool:
    """Take the chat's lease, which ends with the transaction.

    Not the row's lock: others hold that as well, for a moment, and would not look again for us.
    """
    with connection.cursor() as cursor:
        key = f"line chat {chat_id}"
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        return bool(cursor.fetchone()[0])


def _batch(chat: LineChat) -> list[LineEvent]:
    """Return the next events: one that changes who is who alone, others up to the next such."""
    due = LineEvent.objects.filter(chat=chat, state=State.PENDING, due_at__lte=Now())
    events = list(due.order_by("occurred_at", "webhook_event_id")[:BATCH])
    joins = (at for at, event in enumerate(events) if handling.changes_who_is_who(event))
    alone = next(joins, len(events))
    return events[: max(alone, 1)]


def _handle(event: LineEvent) -> str:
    try:
        with transaction.atomic():
            return handling.handle(event)
    except Exception as error:
        if not connection.is_usable():
            raise
        return _put_off(event, error)


def _settle(states: dict[str, list[int]]) -> None:
    """Say what became of the events of a batch, in the transaction of what they did."""
    for state, ids in states.items():
        metrics.events.labels(state).inc(len(ids))
        if state != State.PENDING:
            rows = LineEvent.objects.filter(id__in=ids)
            rows.update(state=state, attempts=F("attempts") + 1)


def _put_off(event: LineEvent, error: Exception) -> str:
    """Try again later, a few times; what comes after it does not wait. Nothing of it is logged."""
    state = State.FAILED if event.attempts + 1 >= MOST_ATTEMPTS else State.PENDING
    name = type(error).__name__
    tried = {"error": name[:100], "due_at": Now() + timedelta(seconds=2 ** (event.attempts + 1))}
    if state == State.PENDING:
        tried["attempts"] = F("attempts") + 1
    LineEvent.objects.filter(id=event.id).update(**tried)
    event.chat.refresh_from_db()  # what it changed of the chat is undone
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{last.filename}:{last.lineno}"
    log.error("line_event_failed", id=event.id, type=event.type, error=name, where=where)
    return state
