"""How a message leaves for LINE: with a reply token for nothing, else as a push that counts.

A reply is never repeated as a push when nobody knows whether LINE took it; a push is repeated with
the same key and the same bytes, of which LINE takes one.
"""

import json
import time
from typing import NoReturn
from uuid import UUID

from integrations.line import metrics, quota, reading, tokens
from integrations.line.actions import parts
from integrations.line.actions.health import note_error
from integrations.line.actions.standing import is_too_late, tell_standing_now
from integrations.line.calls import call
from integrations.line.client import Answer, NoAnswer, NotSent
from integrations.line.composing import without_sender
from integrations.line.errands import Errand, calls_of, errand_of, why_not
from integrations.line.failures import LAST
from integrations.line.models import LinePart
from integrations.line.outcomes import Outcome, Result, of_push, of_reply
from integrations.line.tokens import Unauthorised
from talk.channels import Permanent, Transient, Unconfirmed

LEASE_SECONDS = 120
LONGEST_WAIT_SECONDS = 600.0
State, Method = LinePart.State, LinePart.Method


def send(message_id: UUID) -> None:
    """Carry one message to LINE (`talk.channels`): returns when LINE has taken all of it."""
    errand = errand_of(message_id)
    if reason := why_not(errand):
        _refuse(errand, reason)
    try:
        _carry_all(errand, _calls(errand))
    except parts.Superseded:
        raise Transient("busy", after_seconds=1) from None
    finally:
        tell_standing_now(errand.chat.id)
    reading.read_by_answer(errand.chat, errand.message)


def _refuse(errand: Errand, reason: str) -> NoReturn:
    """What LINE may have taken before is not said to have failed."""
    for part in parts.parts_of(errand.message.id):
        if parts.is_in_the_air(part):
            _leave_unknown(errand, part)
    raise Permanent(reason)


def _calls(errand: Errand) -> list[LinePart]:
    """Return the calls of the message; written before the first is tried, and anew when asked.

    Not anew while LINE may have taken a push whose key still says so.
    """
    message_id = errand.message.id
    stored = parts.parts_of(message_id)
    old = [each for each in stored if parts.is_of_before(each, errand.asked)]
    if stored and not old:
        return stored
    if repeatable := [each for each in old if parts.can_repeat(each)]:
        for each in repeatable:
            parts.reopen(each, errand.asked)
        return stored
    calls = calls_of(errand)
    if not calls:
        raise Permanent("unsupported")  # nothing is left of its words
    parts.store_calls(message_id, errand.chat, calls)
    return parts.parts_of(message_id)


def _carry_all(errand: Errand, calls: list[LinePart]) -> None:
    for part in calls:
        if part.state == State.ACCEPTED:
            continue
        part.chat, part.asked = errand.chat, errand.asked
        _raise_anew(part)
        _carry(errand, part)


def _raise_anew(part: LinePart) -> None:
    """A worker died between settling the call and settling the message."""
    if part.state == State.FAILED:
        raise Permanent(part.error)
    if part.state == State.UNKNOWN:
        raise Unconfirmed(part.error)


def _carry(errand: Errand, part: LinePart) -> None:
    if parts.is_key_spent(part):
        # LINE forgets a retry key after a day: what is sent again then may be sent twice.
        _fail(errand, part, "expired")
    try:
        tokens.token_of(errand.channel)  # first: minting takes time that a reply token has not
    except Unauthorised:
        _fail(errand, part, "unauthorised")
    except NotSent as error:
        parts.count_attempt(part)
        _put_off(part, "unreachable", str(error))
    if part.method == Method.REPLY or (not part.method and parts.claim_reply(part)):
        _reply(errand, part)
    else:
        _push(errand, part)


def _reply(errand: Errand, part: LinePart) -> None:
    """Ask at most twice with the same token, of which LINE takes one."""
    token = part.reply_token
    if token is None or not (part.is_unsure or parts.is_fresh(token)):
        return _push(errand, part)
    is_unsure = part.is_unsure
    result = _ask(errand, part, {"replyToken": token.token})
    outcome = of_reply(result, is_unsure=is_unsure)
    if outcome is Outcome.LOST:
        outcome = of_reply(
            result := _ask(errand, part, {"replyToken": token.token}), is_unsure=True
        )
    if outcome is Outcome.OTHER_WAY and _without_sender(part, result):
        return _reply(errand, part)
    if outcome is Outcome.OTHER_WAY:
        parts.end_attempt(part, is_unsure=False, status=_status(result), error="")
        return _push(errand, part)
    return _settle(errand, part, outcome, result, is_unsure=False)


def _push(errand: Errand, part: LinePart) -> None:
    if is_too_late(errand.chat):
        _fail(errand, part, "seven_days")
    if part.method != Method.PUSH:
        parts.begin_push(part)
    is_unsure = part.is_unsure
    result = _ask(errand, part, {"to": errand.chat.line_id})
    outcome = of_push(result)
    if outcome is Outcome.REJECTED and not is_unsure and _without_sender(part, result):
        return _push(errand, part)
    return _settle(errand, part, outcome, result, is_unsure=is_unsure)


def _ask(errand: Errand, part: LinePart, whom: dict[str, str]) -> Result:
    """Ask LINE once; the bytes are the same each time, as LINE wants them with the same key."""
    if time.monotonic() > errand.until:
        raise Transient("busy", after_seconds=0.1)
    parts.begin_attempt(part)
    head = json.dumps(whom, separators=(",", ":"))[:-1]
    body = f'{head},"messages":{part.messages}}}'.encode()
    is_push = part.method == Method.PUSH
    headers = {"X-Line-Retry-Key": str(part.retry_key)} if is_push else {}
    endpoint = f"/v2/bot/message/{part.method}"
    try:
        return call(errand.channel, "POST", endpoint, content=body, headers=headers)
    except (NotSent, NoAnswer) as error:
        return error
    except Unauthorised:
        return Answer(401)


def _settle(
    errand: Errand, part: LinePart, outcome: Outcome, result: Result, *, is_unsure: bool
) -> None:
    metrics.sent.labels(part.method, outcome.name.lower()).inc()
    if outcome is Outcome.ACCEPTED and isinstance(result, Answer):
        if parts.settle(part, State.ACCEPTED, result) and part.method == Method.PUSH:
            quota.count(errand.channel, errand.chat)
        return
    if outcome is Outcome.UNKNOWN:
        _leave_unknown(errand, part)
    status = _status(result)
    parts.end_attempt(
        part, is_unsure=is_unsure or outcome is Outcome.LOST, status=status, error=_named(result)
    )
    if outcome is Outcome.LIMITED and quota.is_used_up(errand.channel, errand.chat):
        _fail(errand, part, "quota")
    if outcome in (Outcome.LATER, Outcome.LOST, Outcome.LIMITED):
        _put_off(part, "busy" if status == 429 else "unreachable", _named(result))
    reasons = {Outcome.UNAUTHORISED: "unauthorised", Outcome.TOO_LARGE: "too_large"}
    _fail(errand, part, reasons.get(outcome, f"rejected: {_wrong(result)}"))


def _put_off(part: LinePart, reason: str, detail: str) -> NoReturn:
    """Once more after 1, 2, 4, 8 … seconds."""
    seconds = min(LONGEST_WAIT_SECONDS, 2.0 ** max(0, part.attempts - 1))
    raise Transient(f"{reason}: {detail}" if detail else reason, after_seconds=seconds)


def _fail(errand: Errand, part: LinePart, reason: str) -> NoReturn:
    """What may have been taken by LINE before is not said to have failed."""
    if part.is_unsure:
        _leave_unknown(errand, part)
    parts.settle(part, State.FAILED, error=reason)
    if reason.partition(":")[0] in LAST:
        note_error(errand.channel.pk, reason)
    raise Permanent(reason)


def _leave_unknown(errand: Errand, part: LinePart) -> NoReturn:
    parts.settle(part, State.UNKNOWN, error="unknown_outcome")
    note_error(errand.channel.pk, "unknown_outcome")
    raise Unconfirmed("unknown_outcome")


def _without_sender(part: LinePart, result: Result) -> bool:
    """Take the operator's name off if that is what LINE refuses; False if it is not."""
    objects = json.loads(part.messages)
    is_named = any("sender" in each for each in objects)
    if not is_named or not isinstance(result, Answer):
        return False
    if not any(".sender" in str(each.get("property")) for each in result.details):
        return False
    parts.rewrite(part, without_sender(objects))
    return True


def _wrong(result: Result) -> str:
    """Return which property LINE refuses; its texts are not for keeping."""
    if not isinstance(result, Answer):
        return ""
    named = [str(each["property"]) for each in result.details if each.get("property")]
    return ", ".join(named)[:200] or str(result.status)


def _status(result: Result) -> int:
    return result.status if isinstance(result, Answer) else 0


def _named(result: Result) -> str:
    return str(result.status) if isinstance(result, Answer) else str(result)
