"""Read marks and the loading animation."""

from integrations.line.simulator import ids
from integrations.line.simulator.routing import Call
from integrations.line.simulator.web import Answer, Refused, answer_json

DEFAULT_SECONDS = 20


async def mark_as_read(call: Call) -> Answer:
    """POST /v2/bot/chat/markAsRead: the message of the token, and all before it."""
    token = call.request.json().get("markAsReadToken")
    for chat in call.simulation.world.chats_of(call.account):
        places = [at for at, bubble in enumerate(chat.bubbles) if bubble.read_token == token]
        if token and places:
            for bubble in chat.bubbles[: places[0] + 1]:
                bubble.is_read = bubble.is_read or bool(bubble.author)
            call.simulation.news.tell("chat", channel_id=chat.channel_id, chat_id=chat.id)
            return answer_json({})
    raise Refused(400, "Invalid markAsReadToken")


async def start_loading(call: Call) -> Answer:
    """POST /v2/bot/chat/loading/start: one-to-one chats only."""
    body = call.request.json()
    chat_id, seconds = body.get("chatId"), body.get("loadingSeconds", DEFAULT_SECONDS)
    if not isinstance(chat_id, str) or not ids.is_chat_id(chat_id) or chat_id[0] != "U":
        raise _refused("chatId", "The value must be a user ID")
    if type(seconds) is not int or not 5 <= seconds <= 60 or seconds % 5:
        raise _refused("loadingSeconds", "Must be a multiple of 5 between 5 and 60")
    chat = call.simulation.world.chat(call.account, chat_id)
    if chat is not None and not chat.is_blocked:
        chat.loading_until_ms = call.account.clock.now_ms() + seconds * 1000
        call.simulation.news.tell("chat", channel_id=chat.channel_id, chat_id=chat.id)
    return answer_json({}, 202)


def _refused(name: str, message: str) -> Refused:
    detail = {"message": message, "property": name}
    return Refused(400, "The request body has 1 error(s)", details=[detail])
