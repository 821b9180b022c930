"""The calls of one message as rows: what is tried is written before it is tried."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Now

from customers import clock
from integrations.line.actions.standing import FREE as CLAIMABLE
from integrations.line.actions.standing import LONGEST_TOKEN_AGE as OLDEST_EVENT
from integrations.line.client import Answer
from integrations.line.composing import Json, encoded
from integrations.line.models import LineChat, LineMessage, LinePart, ReplyToken
from integrations.line.models.messages import LONGEST_TOKEN
from talk.actions.deliveries import UNSETTLED

State, Method = LinePart.State, LinePart.Method
OPEN = (State.QUEUED, State.SENDING)
UNKNOWN_YET = (*OPEN, State.UNKNOWN)
# LINE knows a retry key for 24 hours; what is tried later may be sent twice.
KEY_HOURS = timedelta(hours=23)

# SKIP LOCKED and the conditions on the row itself: of two who claim, each gets another, or none.
CLAIM = """
UPDATE line_replytoken SET used_at = now() WHERE id = (
    SELECT id FROM line_replytoken
    WHERE chat_id = %s AND used_at IS NULL AND received_at > now() - %s * interval '1 second'
    AND occurred_at > now() - %s * interval '1 second'
    ORDER BY received_at DESC, id DESC LIMIT 1 FOR UPDATE SKIP LOCKED
) AND used_at IS NULL RETURNING id
"""


class Superseded(Exception):
    """Another worker has this call: our lease ran out while LINE was slow."""


def parts_of(message_id: UUID) -> list[LinePart]:
    rows = LinePart.objects.filter(message_id=message_id).order_by("position")
    return list(rows.select_related("reply_token"))


@transaction.atomic
def store_calls(message_id: UUID, chat: LineChat, calls: list[list[Json]]) -> None:
    """Write the calls of a message in the place of those that LINE has not accepted.

    Whoever dies before the commit has changed nothing.
    """
    LinePart.objects.filter(message_id=message_id).exclude(state=State.ACCEPTED).delete()
    LinePart.objects.bulk_create(
        [
            LinePart(
                message_id=message_id,
                chat=chat,
                position=position,
                messages=encoded(objects),
                bubbles=len(objects),
            )
            for position, objects in enumerate(calls)
        ],
        ignore_conflicts=True,
    )


def claim_reply(part: LinePart) -> bool:
    """Give the call a reply token of its chat that nobody else has; False when there is none.

    Raises `Superseded`, and the token stays free.
    """
    with transaction.atomic():
        token = claim_token(part.chat_id)
        if token is None:
            return False
        part.reply_token = token
        _write_ours(part, method=Method.REPLY, reply_token=token)
    return True


def claim_token(chat_id: UUID) -> ReplyToken | None:
    """Return the newest reply token that is good now and nobody else has or gets; None for none."""
    with connection.cursor() as cursor:
        within = [CLAIMABLE.total_seconds(), OLDEST_EVENT.total_seconds()]
        cursor.execute(CLAIM, [chat_id, *within])
        found = cursor.fetchone()
    return ReplyToken.objects.get(id=found[0]) if found else None


def is_fresh(token: ReplyToken) -> bool:
    now: datetime = clock.now()
    is_new = now - token.received_at < CLAIMABLE
    return bool(token.token) and is_new and now - token.occurred_at < OLDEST_EVENT


def begin_push(part: LinePart) -> None:
    """Raises `Superseded`."""
    _write_ours(part, method=Method.PUSH, reply_token=None)


def begin_attempt(part: LinePart) -> None:
    """Say that from now on LINE may have it: a worker that dies leaves that behind.

    Raises `Superseded`: of two workers that have one call only one asks at a time.
    """
    _write_ours(
        part,
        state=State.SENDING,
        asked=part.asked,
        attempts=F("attempts") + 1,
        is_unsure=True,
        first_tried_at=Coalesce("first_tried_at", Now()),
    )
    part.refresh_from_db(fields=["attempts", "first_tried_at"])


def count_attempt(part: LinePart) -> None:
    """Count an attempt that never got as far as LINE."""
    _write_ours(
        part,
        asked=part.asked,
        attempts=F("attempts") + 1,
        first_tried_at=Coalesce("first_tried_at", Now()),
    )
    part.refresh_from_db(fields=["attempts", "first_tried_at"])


def end_attempt(part: LinePart, *, is_unsure: bool, status: int, error: str) -> None:
    """Raises `Superseded`."""
    _write_ours(part, state=State.QUEUED, is_unsure=is_unsure, status=status or None, error=error)


def is_of_before(part: LinePart, asked: int) -> bool:
    """Whether it was tried or settled, not as taken, before an operator asked the last time."""
    is_touched = part.attempts > 0 or part.state not in OPEN
    return is_touched and part.state != State.ACCEPTED and part.asked < asked


def is_key_spent(part: LinePart) -> bool:
    began: datetime | None = part.first_tried_at
    return began is not None and clock.now() - began > KEY_HOURS


def is_in_the_air(part: LinePart) -> bool:
    """Whether LINE may have taken it, and nobody knows."""
    return part.is_unsure and part.state in UNKNOWN_YET


def can_repeat(part: LinePart) -> bool:
    """Whether LINE may have taken this push, and would know it again by its key."""
    is_push = part.method == Method.PUSH
    return is_push and is_in_the_air(part) and bool(part.messages) and not is_key_spent(part)


def reopen(part: LinePart, asked: int) -> None:
    """Let a push that nobody knows the end of be tried once more. Raises `Superseded`."""
    unsettled = LinePart.objects.filter(state__in=UNKNOWN_YET, attempts=part.attempts)
    if not _update(part, unsettled, state=State.QUEUED, asked=asked):
        raise Superseded


def forget_words() -> None:
    """Remove the words of calls that nobody can repeat by now: their key is spent.

    They are those of messages that are settled, and that no worker has had for a day.
    """
    left = LinePart.objects.exclude(messages="").exclude(message__delivery__state__in=UNSETTLED)
    left.filter(message__delivery__updated_at__lt=Now() - timedelta(days=1)).update(messages="")


def rewrite(part: LinePart, objects: list[Json]) -> None:
    """Give a call that LINE has refused other words. They need another key: it is another call."""
    _write_ours(part, messages=encoded(objects), retry_key=uuid4(), is_unsure=False)


@transaction.atomic
def settle(part: LinePart, state: str, answer: Answer | None = None, error: str = "") -> bool:
    """Write what became of it. What was said stands in the message: the copy goes.

    Unless it is a push that LINE may have taken: it may be asked for once more (`can_repeat`).
    That LINE has taken it is true whoever has the call by now; anything else only its holder knows.
    False when there was nothing to write.
    """
    known = LinePart.objects.exclude(state=State.ACCEPTED)
    is_kept = state == State.UNKNOWN and part.method == Method.PUSH
    written = _update(
        part,
        known if state == State.ACCEPTED else known.filter(attempts=part.attempts),
        state=state,
        asked=part.asked,
        status=answer.status if answer else part.status,
        request_id=(answer.accepted_request_id or answer.request_id)[:100] if answer else "",
        error=error[:300],
        messages=part.messages if is_kept else "",
    )
    if not written:
        return False
    if state == State.ACCEPTED and answer is not None:
        _note_bubbles(part, answer)
    if part.reply_token_id is not None:
        ReplyToken.objects.filter(id=part.reply_token_id).update(token="")
    return True


def _note_bubbles(part: LinePart, answer: Answer) -> None:
    """Keep what LINE calls our bubbles: customers quote them, and we may."""
    found = answer.body.get("sentMessages")
    sent = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    part.sent = [{name: str(value) for name, value in each.items()} for each in sent]
    LinePart.objects.filter(id=part.id).update(sent=part.sent)
    LineMessage.objects.bulk_create(
        [
            LineMessage(
                channel_id=part.chat.channel_id,
                line_id=each["id"][:40],
                chat_id=part.chat_id,
                message_id=part.message_id,
                is_ours=True,
                quote_token=quotable(each.get("quoteToken", "")),
                occurred_at=clock.now(),
            )
            for each in part.sent
            if each.get("id")
        ],
        ignore_conflicts=True,
    )


def quotable(token: str) -> str:
    """Return a token that is kept whole; a piece of one would make LINE refuse the answer."""
    return token if len(token) <= LONGEST_TOKEN else ""


def _write_ours(part: LinePart, **values: object) -> None:
    # Each attempt is counted: who has not counted the last one has lost the call.
    ours = LinePart.objects.filter(state__in=OPEN, attempts=part.attempts, method=part.method)
    if not _update(part, ours, **values):
        raise Superseded


def _update(part: LinePart, rows: QuerySet[LinePart], **values: object) -> bool:
    if not rows.filter(id=part.id).update(**values):
        return False
    for name, value in values.items():
        if not hasattr(value, "resolve_expression"):
            setattr(part, name, value)
    return True
