"""The events of one chat, handled in their order by whoever holds its lease.

Each has a savepoint of its own: what fails in one takes nothing from the others, and what it has
done is committed with its `done`, or not at all.
"""

import traceback
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import F, Min
from django.db.models.functions import Now

from customers import clock
from integrations.line import metrics
from integrations.line.actions import forgetting, handling, health, people
from integrations.line.actions.standing import tell_standing
from integrations.line.models import LineChat, LineEvent
from integrations.line.models.events import OPEN
from talk.actions import channel_messages

BATCH = 25  # events that are committed together
MOST_ATTEMPTS = 8  # then it is said in the thread, and tried once an hour as long as it is kept
HOURLY = timedelta(hours=1)
BUSY = timedelta(seconds=10)
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
    rows = LineEvent.objects.filter(state__in=OPEN, due_at__lte=Now()).values("chat_id")
    return list(
        rows.annotate(since=Min("due_at"))
        .order_by("since")
        .values_list("chat_id", flat=True)[:1_000]
    )


def _is_due(chat_id: UUID) -> bool:
    return LineEvent.objects.filter(chat_id=chat_id, state__in=OPEN, due_at__lte=Now()).exists()


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
        if people.is_erased(chat):
            forgetting.begin_anew(chat)
        else:
            people.begin_person(chat)
        return True
    people.leave_foreign_thread(chat)
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
    due = LineEvent.objects.filter(chat=chat, state__in=OPEN, due_at__lte=Now())
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


def _tell_failed(event: LineEvent) -> None:
    """Something has come that nobody sees: administrators should look, and operators ask."""
    health.note_error(event.channel_id, "event")
    place = event.chat.conversation_id
    with suppress(DatabaseError), transaction.atomic():
        if place is not None:
            channel_messages.note_line(place, {"code": "unread_event", "type": event.type})


def _settle(states: dict[str, list[int]]) -> None:
    """Say what became of the events of a batch, in the transaction of what they did."""
    for state, ids in states.items():
        metrics.events.labels(state).inc(len(ids))
        if state not in OPEN:
            rows = LineEvent.objects.filter(id__in=ids)
            rows.update(state=state, attempts=F("attempts") + 1)


def _put_off(event: LineEvent, error: Exception) -> str:
    """Try again later; what comes after it does not wait. Nothing of it is logged.

    LINE never tells it again, so it is never given up: what stands in its way may be mended. A
    database that is busy is not its fault, and for an hour not counted.
    """
    name = type(error).__name__
    is_busy = isinstance(error, OperationalError) and clock.now() - event.received_at < HOURLY
    attempts = event.attempts + (0 if is_busy else 1)
    state = State.FAILED if attempts >= MOST_ATTEMPTS else State.PENDING
    wait = BUSY if is_busy else timedelta(seconds=2**attempts)
    due_at = Now() + (HOURLY if state == State.FAILED else wait)
    tried = {"error": name[:100], "due_at": due_at, "state": state}
    LineEvent.objects.filter(id=event.id).update(**tried, attempts=min(attempts, MOST_ATTEMPTS))
    event.chat.refresh_from_db()  # what it changed of the chat is undone
    if state == State.FAILED and event.state != State.FAILED:
        _tell_failed(event)
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{last.filename}:{last.lineno}"
    log.error("line_event_failed", id=event.id, type=event.type, error=name, where=where)
    return state
