"""What is seen on a phone: who there is, its chats, files, news as they happen."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from integrations.line.simulator.phone.asked import account_of, chat_for, person_named, plain
from integrations.line.simulator.routing import Call
from integrations.line.simulator.simulation import Simulation
from integrations.line.simulator.things import Account, Chat, Person
from integrations.line.simulator.web import Answer, Refused, answer_json

SHOWN = ("channel_id", "name", "basic_id", "picture_url", "mode", "quota", "webhook", "faults")
AS_IT_IS = {"cache-control": "private, max-age=86400", "x-content-type-options": "nosniff"}
SHOWN_AS_THEMSELVES = ("image/", "video/", "audio/")


async def state(call: Call) -> Answer:
    """GET /line-simulator/api/state?person=…: everything that the list of chats needs."""
    world = call.simulation.world
    people = [*world.people.values()]
    key = call.request.query.get("person", "")
    person = world.people.get(key) or (people[0] if people else None)
    accounts = [one for one in world.accounts.values() if one.kind == "messaging"]
    chats = _summaries(call.simulation, person) if person else []
    return answer_json(
        {
            "person": person and person.key,
            "people": plain(people),
            "accounts": [_account(one) for one in accounts],
            "chats": chats,
        }
    )


async def chat(call: Call) -> Answer:
    """GET …/accounts/{channel}/chats/{chat}?person=…; `own` is the person's own chat."""
    account = account_of(call)
    person = person_named(call, call.request.query.get("person"))
    named = call.names["chat"]
    found = chat_for(call, account, person, "" if named == "own" else named)
    left = max(0.0, found.loading_until_ms / 1000 - account.clock.now())
    menu = found.rich_menu or (account.default_rich_menu if found.kind == "user" else "")
    shown = call.simulation.world.rich_menus.get(menu)
    more = {"loading_seconds": left, "menu": {"id": shown.id, **shown.menu} if shown else None}
    return answer_json({**plain(found), **more})


async def file(call: Call) -> Answer:
    """GET /line-simulator/api/contents/{message}: as the one who sent it sees it, at once."""
    content = call.simulation.world.contents.get(call.names["message"])
    if content is None or content.is_gone:
        raise Refused(404, "Not found")
    is_shown = content.mime.startswith(SHOWN_AS_THEMSELVES) and "svg" not in content.mime
    mime = content.mime if is_shown else "application/octet-stream"
    return Answer(200, content.data, {"content-type": mime, **AS_IT_IS})


async def menu_picture(call: Call) -> Answer:
    """GET /line-simulator/api/menus/{menu}/picture."""
    menu = call.simulation.world.rich_menus.get(call.names["menu"])
    if menu is None or not menu.image:
        raise Refused(404, "Not found")
    return Answer(200, menu.image, {"content-type": menu.mime, **AS_IT_IS})


async def stream(call: Call) -> Answer:
    """GET /line-simulator/api/news: server-sent events."""
    headers = {"content-type": "text/event-stream", "cache-control": "no-store"}
    return Answer(headers=headers, stream=_lines(call.simulation))


async def _lines(simulation: Simulation) -> AsyncIterator[bytes]:
    async with aclosing(simulation.news.listen()) as news:
        async for one in news:
            yield b": quiet\n\n" if one is None else f"data: {json.dumps(one)}\n\n".encode()


def _account(account: Account) -> dict[str, Any]:
    return {name: value for name, value in plain(account).items() if name in SHOWN}


def _summaries(simulation: Simulation, person: Person) -> list[dict[str, Any]]:
    chats = simulation.world.chats.values()
    return [_summary(chat, person) for chat in chats if person.key in chat.members]


def _summary(chat: Chat, person: Person) -> dict[str, Any]:
    """Return a chat without what was said, but for the last of it."""
    new = chat.bubbles[chat.seen.get(person.key, 0) :]
    unread = sum(bubble.author != person.key for bubble in new)
    return {**plain(chat), "bubbles": plain(chat.bubbles[-1:]), "unread": unread}
