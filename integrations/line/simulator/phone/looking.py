"""What is seen on a phone: its chats, and news of them as they happen."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing

from integrations.line.simulator.phone.asked import account_of, chat_for, person_named, plain
from integrations.line.simulator.routing import Call
from integrations.line.simulator.simulation import Simulation
from integrations.line.simulator.web import Answer, answer_json


async def chat(call: Call) -> Answer:
    """GET …/accounts/{channel}/chats/{chat}?person=…; `own` is the person's own chat."""
    account = account_of(call)
    person = person_named(call, call.request.query.get("person"))
    named = call.names["chat"]
    return answer_json(plain(chat_for(call, account, person, "" if named == "own" else named)))


async def stream(call: Call) -> Answer:
    """GET /line-simulator/api/news: server-sent events."""
    headers = {"content-type": "text/event-stream", "cache-control": "no-store"}
    return Answer(headers=headers, stream=_lines(call.simulation))


async def _lines(simulation: Simulation) -> AsyncIterator[bytes]:
    async with aclosing(simulation.news.listen()) as news:
        async for one in news:
            yield b": quiet\n\n" if one is None else f"data: {json.dumps(one)}\n\n".encode()
