"""What becomes of messages that were accepted: who sees them, and as what."""

from typing import Any

from integrations.line.simulator import ids
from integrations.line.simulator.simulation import Simulation
from integrations.line.simulator.things import Account, Bubble, Chat
from integrations.line.simulator.web import Refused

NON_FRIEND_SECONDS = 7 * 24 * 3600
QUOTABLE = {"text", "textV2", "sticker", "image", "video", "template", "flex", "imagemap"}


def people_reached(account: Account, chat: Chat) -> int:
    """Return how many people a message reaches, which is also what it costs."""
    if chat.kind != "user":
        return 0 if chat.has_left else len(chat.members)
    return int(_reaches(account, chat))


def _reaches(account: Account, chat: Chat) -> bool:
    """Friends, and those who wrote within the last seven days, unless they blocked."""
    age = account.clock.now() - chat.last_said_ms / 1000
    return (
        bool(chat.members) and not chat.is_blocked and (chat.is_friend or age < NON_FRIEND_SECONDS)
    )


def arrive(
    simulation: Simulation,
    account: Account,
    chat: Chat,
    messages: list[dict[str, Any]],
    via: str,
    request_id: str,
) -> list[dict[str, str]]:
    """Put the messages into the chat if anybody sees them; return `sentMessages`."""
    bubbles = [
        Bubble(
            id=ids.message_id(),
            author="",
            at_ms=account.clock.now_ms(),
            message=message,
            quote_token=ids.opaque() if message["type"] in QUOTABLE else "",
            via=via,
            request_id=request_id,
        )
        for message in messages
    ]
    if people_reached(account, chat):
        chat.bubbles += bubbles
        chat.loading_until_ms = 0
        simulation.news.tell("chat", channel_id=chat.channel_id, chat_id=chat.id)
    return [_told(bubble) for bubble in bubbles]


def _told(bubble: Bubble) -> dict[str, str]:
    quote = {"quoteToken": bubble.quote_token} if bubble.quote_token else {}
    return {"id": bubble.id, **quote}


def check_quotes(chat: Chat, messages: list[dict[str, Any]]) -> None:
    """A quote token holds only in the chat that it came from."""
    known = {bubble.quote_token for bubble in chat.bubbles}
    for number, message in enumerate(messages):
        token = message.get("quoteToken")
        if token is not None and token not in known:
            detail = {
                "message": "Invalid quote token",
                "property": f"messages[{number}].quoteToken",
            }
            raise Refused(400, "The request body has 1 error(s)", details=[detail])
