"""Somebody says something in a chat."""

import hashlib
from typing import Any

from msgspec import Struct

from integrations.line.simulator import ids
from integrations.line.simulator.phone.events import Event, make_event
from integrations.line.simulator.postman import Delivery
from integrations.line.simulator.simulation import Simulation
from integrations.line.simulator.things import Account, Bubble, Chat, Content, Person
from integrations.line.simulator.web import Refused

WITHOUT_QUOTE = {"audio", "file", "location"}


class Said(Struct):
    """What came of something that a person did."""

    message_id: str
    event_id: str
    reply_token: str
    delivery: Delivery | None


class How(Struct):
    """What a test may wish of one event."""

    at_ms: int = 0
    quotes: str = ""
    """The id of the message that this one answers."""
    has_user_id: bool = True
    """False: in a group, by somebody whose id is not told."""
    without: tuple[str, ...] = ()
    """Properties of the message that are left out."""
    ready_seconds: float = 0
    """So long the platform prepares the file."""
    asks_before_ready: int = 0
    """So many times it is asked for in vain."""
    transcoding: str = "succeeded"


async def say(
    simulation: Simulation,
    account: Account,
    chat: Chat,
    person: Person,
    message: dict[str, Any],
    how: How,
    content: Content | None = None,
) -> Said:
    """Put a message into the chat, with its file if it has one, and tell the webhook."""
    if chat.is_blocked or chat.has_left or person.key not in chat.members:
        raise Refused(409, "Nothing can be said here")
    bubble = _bubble(account, chat, person, message, how)
    chat.bubbles.append(bubble)
    if content is not None:
        simulation.world.contents[bubble.id] = content
    chat.last_said_ms = max(chat.last_said_ms, bubble.at_ms)
    shown = {name: value for name, value in bubble.message.items() if name not in how.without}
    event = make_event(
        simulation.world, account, chat, "message",
        person=person, at_ms=how.at_ms, has_user_id=how.has_user_id, message=shown,
    )  # fmt: skip
    return await tell(simulation, account, chat, event, bubble.id)


def show_own_words(account: Account, chat: Chat, person: Person, text: str) -> None:
    """Show the `displayText` of a postback: it stands in the chat, and no webhook tells of it."""
    message = {"type": "text", "text": text}
    chat.bubbles.append(Bubble(ids.message_id(), person.key, account.clock.now_ms(), message))


async def tell(
    simulation: Simulation, account: Account, chat: Chat, event: Event, message_id: str = ""
) -> Said:
    """Tell phones and the webhook."""
    simulation.news.tell("chat", channel_id=chat.channel_id, chat_id=chat.id)
    delivery = await simulation.postman.post(account, event)
    return Said(message_id, event["webhookEventId"], event.get("replyToken", ""), delivery)


def _bubble(
    account: Account, chat: Chat, person: Person, message: dict[str, Any], how: How
) -> Bubble:
    number = ids.message_id()
    quote = "" if message["type"] in WITHOUT_QUOTE else ids.opaque()
    whole = {"id": number, **message, "markAsReadToken": ids.opaque()}
    if quote:
        whole["quoteToken"] = quote
    if how.quotes:
        whole["quotedMessageId"] = how.quotes
    return Bubble(
        id=number,
        author=person.key,
        at_ms=how.at_ms or account.clock.now_ms(),
        message=whole,
        quote_token=quote,
        read_token=whole["markAsReadToken"],
        is_read=account.chat_mode == "bot",
    )


def image_set_id(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest().upper()
