"""Sending: reply, push, multicast; retry keys; what arrives on the phones."""

import uuid
from typing import Any

from integrations.line.simulator import ids
from integrations.line.simulator.checking.call import check_messages
from integrations.line.simulator.faults import MONTHLY
from integrations.line.simulator.platform.arriving import arrive, check_quotes, people_reached
from integrations.line.simulator.routing import Call
from integrations.line.simulator.things import Accepted, Chat, ReplyToken
from integrations.line.simulator.web import Answer, Refused, answer_json

REPLY_SECONDS = 60
REPLY_EVENT_SECONDS = 20 * 60
RETRY_KEY_SECONDS = 24 * 3600
MOST_BYTES = 2 * 1024 * 1024
MOST_USERS = 500
BAD_TO = "The property, 'to', in the request body is invalid (line: -, column: -)"
Sent = list[dict[str, str]]


async def reply(call: Call) -> Answer:
    """POST /v2/bot/message/reply."""
    if "x-line-retry-key" in call.request.headers:
        raise Refused(400, "The retry key cannot be used with this endpoint")
    body = _body(call)
    messages = check_messages(body, "reply")
    token, chat = _reply_token(call, body.get("replyToken"))
    check_quotes(chat, messages)
    token.is_used = True
    sent = arrive(call.simulation, call.account, chat, messages, "reply", call.request_id)
    return answer_json({"sentMessages": sent})


async def push(call: Call) -> Answer:
    """POST /v2/bot/message/push."""
    return _once(call, _push)


async def multicast(call: Call) -> Answer:
    """POST /v2/bot/message/multicast."""
    return _once(call, _multicast)


def _push(call: Call) -> Sent:
    body = _body(call)
    messages = check_messages(body, "push")
    chat = _chat(call, body.get("to"))
    check_quotes(chat, messages)
    _spend(call, people_reached(call.account, chat))
    return arrive(call.simulation, call.account, chat, messages, "push", call.request_id)


def _multicast(call: Call) -> Sent:
    body = _body(call)
    messages = check_messages(body, "multicast")
    users = body.get("to")
    if not isinstance(users, list) or not 1 <= len(users) <= MOST_USERS:
        raise Refused(400, BAD_TO)
    if not all(isinstance(user, str) and user.startswith("U") for user in users):
        raise Refused(400, BAD_TO)
    chats = [_chat(call, user) for user in dict.fromkeys(users)]
    _spend(call, sum(people_reached(call.account, chat) for chat in chats))
    for chat in chats:
        arrive(call.simulation, call.account, chat, messages, "multicast", call.request_id)
    return []


def _once(call: Call, send: Any) -> Answer:
    """Send; with a retry key that was accepted within the last day only say so again."""
    key = call.request.headers.get("x-line-retry-key")
    if key is None:
        return _accepted(send(call))
    name = f"{call.account.channel_id}/{_checked_key(key)}"
    earlier = call.simulation.world.accepted.get(name)
    now = call.account.clock.now()
    if earlier is not None and earlier.until > now:
        content = {"message": "The retry key is already accepted"}
        more = {"sentMessages": earlier.sent} if earlier.sent else {}
        return answer_json(content | more, 409, x_line_accepted_request_id=earlier.request_id)
    sent = send(call)
    until = now + RETRY_KEY_SECONDS
    call.simulation.world.accepted[name] = Accepted(call.request_id, until, sent)
    return _accepted(sent)


def _accepted(sent: Sent) -> Answer:
    return answer_json({"sentMessages": sent} if sent else {})


def _checked_key(key: str) -> str:
    try:
        return str(uuid.UUID(key))
    except ValueError:
        raise Refused(400, "Invalid retry key") from None


def _body(call: Call) -> dict[str, Any]:
    if len(call.request.body) > MOST_BYTES:
        raise Refused(413, "Request Entity Too Large")
    return call.request.json()


def _reply_token(call: Call, token: object) -> tuple[ReplyToken, Chat]:
    """Return a reply token that still holds; 400 when it is unknown, used or too old."""
    found = call.simulation.world.reply_tokens.get(token if isinstance(token, str) else "")
    chat = found and call.simulation.world.chat(call.account, found.chat_id)
    now = call.account.clock.now()
    if (
        not found
        or not chat
        or found.is_used
        or now - found.received_at > REPLY_SECONDS
        or now - found.event_at_ms / 1000 > REPLY_EVENT_SECONDS
    ):
        raise Refused(400, "Invalid reply token")
    return found, chat


def _chat(call: Call, to: object) -> Chat:
    """Return the chat that `to` names, also one in which nothing was ever said."""
    if not isinstance(to, str) or not ids.is_chat_id(to):
        raise Refused(400, BAD_TO)
    world = call.simulation.world
    if chat := world.chat(call.account, to):
        if chat.has_left:
            raise Refused(400, "Failed to send messages")
        return chat
    if to[0] != "U":
        raise Refused(400, "Failed to send messages")
    if person := world.person_of(call.account, to):
        return world.chat_of(call.account, person)
    return Chat(call.account.channel_id, to, "user")  # nobody: accepted, and it reaches no one


def _spend(call: Call, messages: int) -> None:
    quota = call.account.quota
    if quota.limit is not None and quota.used + quota.reserved + messages > quota.limit:
        raise Refused(429, MONTHLY)
    quota.used += messages
