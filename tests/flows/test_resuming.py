"""A connection breaks: what was missed is replayed, or everything is fetched anew."""

import asyncio
from functools import partial
from uuid import uuid4

import pytest

from tests.flows.client import Console, Visitor
from tests.flows.conftest import Build
from tests.flows.link import Refused
from tests.flows.stage import Crowd, Stage


async def test_a_console_that_was_cut_off_gets_what_it_missed(stage: Stage) -> None:
    visitor, console = await stage.visitor(), await stage.console()
    id = (await visitor.send("0"))["conversation"]["id"]
    await console.open(id)
    await console.until(lambda: len(console.sim.threads[id].messages) == 1)
    await console.cut()
    for n in range(1, 40):
        await visitor.send(f"{n}")
    ready = await console.connect()
    assert ready["resynced"] is False
    await console.until(lambda: not console.sim.syncing(), "the missing lines")
    await console.until(lambda: len(console.sim.threads[id].messages) == 40, "all lines")
    assert bodies(console, id) == [f"{n}" for n in range(40)]
    await visitor.send("40")
    await console.until(lambda: bodies(console, id)[-1] == "40", "news after the return")
    assert console.sim.conversations[id] == await console.get(f"conversations/{id}")


async def test_a_console_that_missed_more_changes_than_are_told_fetches_the_thread_anew(
    build: Build, crowd: Crowd
) -> None:
    few = {"TEST_CONSTANTS": "talk.queries.threads:MOST_CHANGES=50"}
    with build(program="tests.site.patched", **few) as site:
        stage = await crowd.stage(site)
        visitor, console = await stage.visitor(), await stage.console()
        id = (await visitor.send("0"))["conversation"]["id"]
        await console.open(id)
        await console.cut()
        for n in range(1, 71):
            await visitor.send(f"{n}")
        changes = await console.get(f"conversations/{id}/changes", after=1)
        assert (changes["complete"], len(changes["messages"])) == (False, 50)
        await console.connect()
        await console.until(lambda: bodies(console, id)[-1] == "70", "the newest lines")
        assert bodies(console, id) == [f"{n}" for n in range(21, 71)]
        assert console.sim.syncing() == []


async def test_a_visitor_that_was_cut_off_gets_what_it_missed_and_nothing_twice(
    stage: Stage,
) -> None:
    visitor, console = await stage.visitor(), await stage.console()
    id = (await visitor.send("0"))["conversation"]["id"]
    await visitor.cut()
    for n in range(1, 30):
        await console.send(id, f"{n}")
    before = len(visitor.frames)
    assert (await visitor.connect())["resynced"] is False
    await visitor.until(lambda: len(visitor.bodies()) == 30, "the answers")
    assert visitor.bodies() == [f"{n}" for n in range(30)]
    replayed = [
        frame for frame in visitor.frames[before:] if frame.get("kind") == "message.created"
    ]
    assert {event["rows"]["message"]["seq"] for event in replayed} >= set(range(2, 31))


async def test_being_cut_off_again_in_the_middle_of_catching_up_loses_nothing(
    stage: Stage,
) -> None:
    """The token in `ready` must not promise events that come after it."""
    visitor, console = await stage.visitor(), await stage.console()
    id = (await visitor.send("0"))["conversation"]["id"]
    await console.open(id)
    await visitor.cut()
    await console.until(lambda: console.sim.conversations[id]["version"] == 2)
    for n in range(1, 20):
        await console.send(id, f"{n}")
    await every_hub_has_seen(stage, stage.site.hand.do("newest_event"))
    # The frames after `ready` are lost with the connection: they never reach the reducer.
    hearing = visitor.take_event
    visitor.take_event = lambda frame: None  # type: ignore[method-assign]
    await visitor.connect()
    await visitor.cut()
    visitor.take_event = hearing  # type: ignore[method-assign]
    assert (await visitor.connect())["resynced"] is False
    await visitor.until(lambda: len(visitor.bodies()) == 20, "the answers")


@pytest.mark.parametrize("size", [20, 3_000])
async def test_who_missed_more_than_fits_the_outbox_fetches_everything_anew(
    stage: Stage, size: int
) -> None:
    """Twice: closing it as slow each time would keep it out for ever."""
    visitor, console = await stage.visitor(), await stage.console()
    id = (await visitor.send("0"))["conversation"]["id"]
    await visitor.cut()
    await console.cut()
    talker = await stage.colleague("haru")
    count = 40 if size > 1_000 else 390
    for n in range(count):
        await talker.send(id, f"{n} " + "長" * size)
    for client in (visitor, console):
        await client.connect()
        await client.until(partial(knows, client, id, count + 1), "all of it")
        assert client.close_code is None
    older = await visitor.rest(
        "GET", "/widget/v1/messages", params={"conversation_id": id, "before_seq": count + 2}
    )
    assert visitor.sim.thread(id)[-1] == older["messages"][-1]


@pytest.mark.parametrize("token", [None, "", "nonsense", "{epoch}.x", "{epoch}.1", "{other}.{now}"])
async def test_a_token_that_says_nothing_means_fetch_everything(
    stage: Stage, token: str | None
) -> None:
    visitor, console = await stage.visitor(), await stage.console()
    epoch, _, now = (console.resume or "").partition(".")
    await console.cut()
    id = (await visitor.send("一"))["conversation"]["id"]
    stage.site.hand.do("drop_log_before", xid=2)
    given = {"epoch": epoch, "other": str(uuid4()), "now": now}
    console.resume = None if token is None else token.format(**given)
    assert (await console.connect())["resynced"] is True
    assert console.sim.conversations[id]["preview"] == "一"
    await visitor.send("二")
    await console.until(lambda: console.sim.conversations[id]["last_seq"] == 2)


async def test_a_message_retried_by_socket_and_then_by_http_is_stored_once(stage: Stage) -> None:
    visitor, console = await stage.visitor(), await stage.console()
    client_id = str(uuid4())
    first = await visitor.send("一度だけ", client_id)
    await visitor.cut()
    await visitor.connect()
    again = await visitor.send("一度だけ", client_id)
    values = {"client_id": client_id, "body": "一度だけ", "attachment_ids": []}
    by_http = await visitor.rest("POST", "/widget/v1/messages", json=values)
    assert again["message"] == by_http["message"] == first["message"]
    id = first["conversation"]["id"]
    answer_id = str(uuid4())
    answered = await console.send(id, "はい", answer_id)
    values = {"client_id": answer_id, "body": "はい", "attachment_ids": []}
    by_rest = await console.post(f"conversations/{id}/messages", values)
    assert by_rest["message"] == answered["message"]
    thread = await console.get(f"conversations/{id}/thread")
    assert [row["body"] for row in thread["messages"]] == ["一度だけ", "はい"]
    with pytest.raises(Refused) as refused:
        await visitor.send("別の言葉", client_id)
    assert refused.value.problem["code"] == "client_id_reused"


async def test_a_resumed_console_knows_a_page_that_was_viewed_meanwhile(stage: Stage) -> None:
    """Pages are no part of a conversation's versions: opening it again must bring them."""
    visitor, console = await stage.visitor(), await stage.console()
    id = (await visitor.send("一"))["conversation"]["id"]
    await console.open(id)
    await console.cut()
    profile, customer = visitor.guest["profile_id"], visitor.guest["customer_id"]
    stage.site.hand.do("view_page", profile_id=profile, url="https://shop.example/x", title="棚")
    assert (await console.connect())["resynced"] is False
    await console.until(lambda: page(console, customer) == "棚", "the page")


async def test_a_resumed_console_knows_a_colleague_by_a_new_name(stage: Stage) -> None:
    console, colleague = await stage.console(), await stage.colleague("haru")
    await console.cut()
    stage.site.hand.do("change_operator", operator_id=colleague.operator["id"], name="春")
    assert (await console.connect())["resynced"] is False
    own = colleague.operator["id"]
    await console.until(lambda: console.sim.operators[own]["name"] == "春", "the name")
    await colleague.ask("conversation.close", conversation_id=str(uuid4()))  # a name closes nothing


async def every_hub_has_seen(stage: Stage, xid: int) -> None:
    """Wait until new sockets, whichever process they come to, get a token above the transaction."""
    probe = await stage.visitor()
    above = 0
    while above < 8:
        probe.resume = None
        await probe.connect()
        above = above + 1 if number(probe.resume) > xid else 0
        await asyncio.sleep(0.1)


def knows(client: Console | Visitor, id: str, seq: int) -> bool:
    return bool(client.sim.conversations[id]["last_seq"] == seq)


def number(token: str | None) -> int:
    return int((token or "").partition(".")[2])


def bodies(console: Console, id: str) -> list[str]:
    return [row["body"] for row in console.sim.threads[id].picture()["messages"]]


def page(console: Console, customer: str) -> str:
    context = console.sim.contexts.get(customer)
    return context["data"]["page"]["title"] if context and context["data"].get("page") else ""
