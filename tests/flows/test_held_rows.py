"""F26, F27, I-11: somebody holds a row; whoever needs it is told in time, nobody else waits.

A client waits five seconds for an answer (`tests.flows.link`): none is `NoAnswer`, and fails here.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg

from tests.flows.client import Console
from tests.flows.link import Refused
from tests.flows.stage import Stage
from tests.site.site import Site

REQUESTS = 40  # more than the connections of both processes together


@contextmanager
def held(site: Site, conversation_id: str) -> Iterator[None]:
    """A transaction that has locked the conversation and does not end."""
    with psycopg.connect(site.database) as connection:
        connection.execute(
            "SELECT FROM talk_conversation WHERE id = %s FOR UPDATE", (conversation_id,)
        )
        yield


async def test_f26_who_needs_a_held_conversation_is_told_within_five_seconds(
    stage: Stage, site: Site
) -> None:
    visitor, other, console = await stage.visitor(), await stage.visitor(), await stage.console()
    id = (await visitor.send("はじめ"))["conversation"]["id"]
    await other.send("はじめ")
    await console.until(lambda: id in console.sim.conversations)
    client_id = str(uuid4())
    with held(site, id):
        waiting = [
            visitor.send("待つ", client_id),
            console.send(id, "待つ"),
            take(console, id),
        ]
        answers = asyncio.gather(*waiting, return_exceptions=True)
        await other.send("待たない")
        assert not answers.done()
        assert [status_of(answer) for answer in await answers] == [503] * 3
    await visitor.send("待つ", client_id)
    await console.until(lambda: console.sim.conversations[id]["last_seq"] == 2)
    await take(console, id)
    assert [row["body"] for row in visitor.sim.thread(id)] == ["はじめ", "待つ"]


async def take(console: Console, id: str) -> Any:
    own, version = console.operator["id"], console.sim.conversations[id]["version"]
    values = {"conversation_id": id, "version": version, "assignee_id": own, "team_id": None}
    return await console.ask("conversation.assign", **values)


def status_of(answer: Any) -> int | None:
    """Return the status of a refusal; anything else is raised or no answer at all."""
    if isinstance(answer, Refused):
        return answer.status
    raise AssertionError(f"{answer!r}")


async def test_f27_while_all_connections_of_the_pools_wait_sockets_go_on(
    stage: Stage, site: Site
) -> None:
    visitor, other, console = await stage.visitor(), await stage.visitor(), await stage.console()
    id = (await visitor.send("はじめ"))["conversation"]["id"]
    elsewhere = (await other.send("はじめ"))["conversation"]["id"]
    await console.until(lambda: elsewhere in console.sim.conversations)
    with held(site, id):
        stuck = asyncio.gather(*(status(console, id) for _ in range(REQUESTS)))
        await asyncio.sleep(1)
        for number in range(5):
            await other.send(f"{number}")
        await console.until(lambda: console.sim.conversations[elsewhere]["last_seq"] == 6)
        assert not stuck.done(), "nothing was stuck"
        assert set(await stuck) == {503}
    assert await status(console, id) == 200


async def status(console: Console, id: str) -> int:
    """Return the status of a request that needs the conversation's row."""
    change = {"version": console.sim.conversations[id]["version"], "status": "pending"}
    headers = {**console.headers(), "X-CSRFToken": await csrf(console)}
    answer = await console.http.patch(
        console.place.http(f"/api/v1/conversations/{id}"), json=change, headers=headers
    )
    return int(answer.status_code)


async def csrf(console: Console) -> str:
    await console._log_in()
    return console._csrf
