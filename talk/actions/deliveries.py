"""The way of an outgoing message to its channel: a leased row, found again by a sweeper."""

from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from structlog.contextvars import bound_contextvars

from talk import channels, events, queries, wakes
from talk.errors import Conflict, Erased, NotFound
from talk.models import Conversation, Delivery, Message
from talk.policy import Actor, Permission, require
from talk.queries import sql
from talk.rows import MESSAGE_JOINS, MESSAGE_JSON, MessageRow

logger = structlog.stdlib.get_logger("sobani.deliveries")
MOST_ATTEMPTS = 6
MOST_LOST = 5
SOON_SECONDS = 10
LEASED = ("state", "attempts", "lost", "lease", "leased_until", "updated_at")
State = Delivery.State
# By the database's clock: one worker may have leased it, and another look for it.
TAKEABLE = Q(state=State.QUEUED, due_at__lte=Now()) | Q(state=State.SENDING, leased_until__lt=Now())
UNSETTLED = (State.QUEUED, State.SENDING)


def deliver(message_id: UUID) -> None:
    """Hand one due message to its channel and record what became of it.

    Does nothing for a message that another worker holds or that is not due. One that has lost its
    fifth worker is left unconfirmed: it may be what kills them, and one of them may have sent it.
    Appends `message.changed` when
    it is taken and when it is settled.
    """
    delivery = _lease(message_id)
    if delivery is None:
        return
    # The id that the sender's browser gave to the message runs on to here.
    with bound_contextvars(request_id=str(delivery.message.client_id)):
        _hand_over(delivery)
        told = Delivery.objects.only("state", "attempts").get(message_id=message_id)
        logger.info("delivery", message=str(message_id), state=told.state, attempt=told.attempts)


def _hand_over(delivery: Delivery) -> None:
    message_id, kind = delivery.message_id, delivery.message.conversation.inbox.kind
    try:
        channels.adapter_of(kind)(message_id)
    except channels.Transient as error:
        is_last = error.is_last if error.after_seconds else delivery.attempts >= MOST_ATTEMPTS
        mark_failed(
            delivery, reason=str(error), permanent=is_last, after_seconds=error.after_seconds
        )
    except channels.Permanent as error:
        mark_failed(delivery, reason=str(error), permanent=True)
    except channels.Unconfirmed as error:
        _settle(delivery, state=State.UNKNOWN, reason=str(error))
    else:
        _settle(delivery, state=State.ACCEPTED, reason="")


def due() -> list[UUID]:
    """Return the messages whose time has come, or whose worker has not come back.

    Not those that have to wait for an earlier one: should many wait, others come past them.
    """
    rows = Delivery.objects.filter(TAKEABLE).order_by("due_at", "message__seq", "message_id")
    kinds = channels.ordered_kinds()
    if kinds:
        rows = rows.exclude(Q(message__conversation__inbox__kind__in=kinds) & Exists(_earlier()))
    return list(rows.values_list("message_id", flat=True)[:500])


def mark_failed(
    delivery: Delivery, *, reason: str, permanent: bool, after_seconds: float | None = None
) -> None:
    """Record that the channel refused the message.

    Tried again after `after_seconds`, or after 2**attempts × 5 s and at most 6 times, unless
    `permanent`. Appends `message.changed`.
    """
    if permanent:
        _settle(delivery, state=State.FAILED, reason=reason)
        return
    seconds = after_seconds or 5 * 2**delivery.attempts
    due_at = Now() + timedelta(seconds=seconds)
    _settle(delivery, state=State.QUEUED, reason=reason, due_at=due_at)
    if seconds < SOON_SECONDS:
        # No sooner than it is due; the sweeper would come by only every some seconds.
        wakes.deliveries.tell(delivery.message_id, seconds + 0.1)


@transaction.atomic
def retry(actor: Actor, *, message_id: UUID) -> MessageRow:
    """Queue a failed or unconfirmed message again because an operator asks for it."""
    message = Message.objects.filter(id=message_id).select_related("conversation").first()
    if message is None:
        raise NotFound
    require(actor, Permission.MESSAGE_SEND, message.conversation.inbox_id)
    if message.conversation.erased_at is not None:
        raise Erased
    queued = Delivery.objects.filter(
        message=message, state__in=[State.FAILED, State.UNKNOWN]
    ).update(state=State.QUEUED, reason="", attempts=0, lost=0, asked=F("asked") + 1, due_at=Now())
    if not queued:
        current = queries.conversation_row(actor, message.conversation_id)
        raise Conflict("This message is not one that failed", current=current)
    _tell(message_id)
    transaction.on_commit(partial(wakes.deliveries.tell, message_id))
    return _row(message_id)


@transaction.atomic
def _lease(message_id: UUID) -> Delivery | None:
    delivery = _takeable(message_id)
    if delivery is None:
        return None
    delivery.lost += delivery.state == State.SENDING
    if delivery.lost >= MOST_LOST:
        _settle(delivery, state=State.UNKNOWN, reason="lost_workers")
        return None
    delivery.state = State.SENDING
    delivery.attempts += 1  # before anything is tried: a worker that dies counts nothing
    delivery.lease = uuid4()
    delivery.leased_until = Now() + timedelta(seconds=_lease_seconds(delivery))
    delivery.save(update_fields=LEASED)
    _tell(message_id)
    return delivery


def _takeable(message_id: UUID) -> Delivery | None:
    # A row that another worker is looking at is skipped, not waited for.
    delivery = (
        Delivery.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("message__conversation__inbox")
        .filter(TAKEABLE, message_id=message_id)
        .first()
    )
    return None if delivery is None or _has_to_wait(delivery) else delivery


def _has_to_wait(delivery: Delivery) -> bool:
    """Whether its channel keeps the order, and an earlier message is still to leave.

    That one is unsettled for all to see as long as it is: only its own settling ends that.
    """
    this = Delivery.objects.filter(message_id=delivery.message_id)
    return _is_ordered(delivery) and this.filter(Exists(_earlier())).exists()


def _earlier() -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        state__in=UNSETTLED,
        message__conversation_id=OuterRef("message__conversation_id"),
        message__seq__lt=OuterRef("message__seq"),
    )


def _is_ordered(delivery: Delivery) -> bool:
    channel = channels.channel_of(delivery.message.conversation.inbox.kind)
    return channel is not None and channel.is_ordered


def _lease_seconds(delivery: Delivery) -> int:
    channel = channels.channel_of(delivery.message.conversation.inbox.kind)
    return channel.lease_seconds if channel else channels.LEASE_SECONDS


def _wake_next(delivery: Delivery) -> None:
    """Who waited for this one need not wait for the sweeper."""
    waiting = Delivery.objects.filter(
        state=State.QUEUED,
        message__conversation_id=delivery.message.conversation_id,
        message__seq__gt=delivery.message.seq,
    )
    following = waiting.order_by("message__seq").values_list("message_id", flat=True).first()
    if following is not None:
        transaction.on_commit(partial(wakes.deliveries.tell, following))


@transaction.atomic
def _settle(delivery: Delivery, *, state: str, reason: str, due_at: object = None) -> None:
    # Only the holder of the lease may settle: a sweeper may have given it to another.
    settled = Delivery.objects.filter(
        message_id=delivery.message_id, state=State.SENDING, lease=delivery.lease
    ).update(
        state=state,
        reason=reason[:300],
        lost=delivery.lost,
        due_at=due_at,
        lease=None,
        leased_until=None,
    )
    if settled:
        _tell(delivery.message_id)
        if state != State.QUEUED and _is_ordered(delivery):
            _wake_next(delivery)


def _tell(message_id: UUID) -> None:
    """Give the message the conversation's next version and append `message.changed`."""
    conversation_id = Message.objects.values_list("conversation_id", flat=True).get(id=message_id)
    Conversation.objects.filter(id=conversation_id).update(version=F("version") + 1)
    version = Conversation.objects.values_list("version", flat=True).get(id=conversation_id)
    Message.objects.filter(id=message_id).update(version=version)
    events.append("message.changed", conversation_id=conversation_id, message_id=message_id)


def _row(message_id: UUID) -> MessageRow:
    return sql.only(
        MessageRow,
        f"SELECT {MESSAGE_JSON}::text FROM talk_message m {MESSAGE_JOINS} WHERE m.id = %(id)s",
        {"id": message_id},
    )
