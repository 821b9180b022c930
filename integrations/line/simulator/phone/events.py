"""The events of webhooks, as the reference shows them; properties without a value are left out."""

from typing import Any

from integrations.line.simulator import ids
from integrations.line.simulator.things import Account, Chat, Person, ReplyToken
from integrations.line.simulator.world import World

Event = dict[str, Any]


def make_event(
    world: World,
    account: Account,
    chat: Chat,
    kind: str,
    *,
    person: Person | None = None,
    at_ms: int = 0,
    can_reply: bool = True,
    has_user_id: bool = True,
    **parts: Any,
) -> Event:
    """Return an event of this chat; with a reply token where the kind has one."""
    at = at_ms or account.clock.now_ms()
    event: Event = {"type": kind, "mode": account.mode, "timestamp": at, **parts}
    event["source"] = source(account, chat, person if has_user_id else None)
    event["webhookEventId"] = ids.event_id(at)
    event["deliveryContext"] = {"isRedelivery": False}
    if can_reply and account.mode == "active":
        event["replyToken"] = ids.reply_token()
        world.reply_tokens[event["replyToken"]] = ReplyToken(chat.id, at, account.clock.now())
    return event


def source(account: Account, chat: Chat, person: Person | None) -> dict[str, str]:
    """Return where it happened; in groups who it was is told only of people who agreed."""
    if chat.kind == "user":
        return {"type": "user", "userId": chat.id}
    user = {"userId": ids.user_id(account.provider, person.key)} if person else {}
    return {"type": chat.kind, f"{chat.kind}Id": chat.id, **user}
