"""A visitor and an operator talk: who sees what, and in which order."""

from typing import Any
from uuid import uuid4

import psycopg
import redis
from psycopg import sql

from tests.flows.stage import Stage

Frame = dict[str, Any]


def events(client: Any, kind: str = "") -> list[Frame]:
    return [
        frame
        for frame in client.frames
        if frame["type"] == "event" and (not kind or frame["kind"] == kind)
    ]


async def test_a_visitor_writes_an_operator_sees_and_answers_and_the_visitor_sees(
    stage: Stage,
) -> None:
    visitor, console = await stage.visitor(), await stage.console()
    stored = await visitor.send("こんにちは、返品できますか。")
    id = stored["conversation"]["id"]
    await console.until(lambda: id in console.sim.conversations, "the conversation")
    await console.until(lambda: console.sim.conversations[id]["last_seq"] == 1, "its message")
    row = console.sim.conversations[id]
    assert (row["preview"], row["preview_sender"]) == ("こんにちは、返品できますか。", "customer")
    await console.open(id)
    await console.send(id, "はい、承ります。")
    await visitor.until(lambda: len(visitor.bodies()) == 2, "the answer")
    assert visitor.bodies() == ["こんにちは、返品できますか。", "はい、承ります。"]
    answer = visitor.sim.thread(id)[-1]
    assert (answer["sender"], answer["author_name"]) == ("operator", "oto")


async def test_who_has_it_open_gets_whole_rows_and_the_others_the_conversations_row(
    stage: Stage,
) -> None:
    visitor = await stage.visitor()
    near, far = await stage.console(), await stage.colleague("haru")
    id = (await visitor.send("一"))["conversation"]["id"]
    await near.open(id)
    await visitor.send("二")
    await far.until(lambda: far.sim.conversations.get(id, {}).get("last_seq") == 2)
    await near.until(lambda: len(near.sim.threads[id].messages) == 2)
    assert set(events(near)[-1]["rows"]) == {"conversation", "message"}
    assert {tuple(event["rows"]) for event in events(far)} == {("conversation",)}
    await near.close_thread(id)
    await visitor.send("三")
    await near.until(lambda: near.sim.conversations[id]["last_seq"] == 3)
    assert set(events(near)[-1]["rows"]) == {"conversation"}


async def test_a_note_reaches_the_operators_and_never_the_visitor(stage: Stage) -> None:
    visitor, console = await stage.visitor(), await stage.console()
    id = (await visitor.send("一"))["conversation"]["id"]
    await console.open(id)
    note = await console.ask(
        "note.add", conversation_id=id, client_id=str(uuid4()), body="要注意の客"
    )
    await console.until(lambda: console.sim.threads[id].version == note["note"]["version"])
    assert [row["body"] for row in console.sim.threads[id].notes.values()] == ["要注意の客"]
    # An answer follows the note on the same way: once it is there, the note would be, too.
    await console.send(id, "お待ちください")
    await visitor.until(lambda: len(visitor.bodies()) == 2, "the answer")
    history = await visitor.rest("GET", "/widget/v1/conversations")
    assert "要注意" not in f"{visitor.frames}{history}"
    assert not any("note" in event["rows"] for event in events(visitor))


async def test_typing_is_told_to_the_other_side_and_to_nobody_elses_visitor(stage: Stage) -> None:
    visitor, stranger = await stage.visitor(), await stage.visitor()
    console = await stage.console()
    id = (await visitor.send("一"))["conversation"]["id"]
    await stranger.send("別の話")
    await console.open(id)
    await visitor.ask("typing", conversation_id=id, active=True)
    await console.until(lambda: softs(console, "customer"), "the customer's typing")
    await console.ask("typing", conversation_id=id, active=True)
    await visitor.until(lambda: softs(visitor, "operator"), "the operator's typing")
    told = softs(visitor, "operator")[0]
    assert (told["conversation_id"], told["name"], told["active"]) == (id, "oto", True)
    assert "operator_id" not in told
    assert not softs(stranger, "operator")
    assert not softs(stranger, "customer")


async def test_i35_typing_leaves_nothing_in_the_database_and_nothing_in_valkey(
    stage: Stage,
) -> None:
    visitor, console = await stage.visitor(), await stage.console()
    empty = everything_stored(stage)
    id = (await visitor.send("一"))["conversation"]["id"]
    await console.open(id)
    before = everything_stored(stage)
    assert before["talk_message"] != empty["talk_message"], "what is stored would be seen"
    for active in (True, False, True):
        await visitor.ask("typing", conversation_id=id, active=active)
        await console.ask("typing", conversation_id=id, active=active)
    await console.until(lambda: len(softs(console, "customer")) == 3, "the customer's typing")
    await visitor.until(lambda: len(softs(visitor, "operator")) == 3, "the operator's typing")
    await visitor.cut()
    assert everything_stored(stage) == before
    with redis.Redis.from_url(stage.site.redis) as valkey:
        assert not [key for key in valkey.scan_iter() if id.encode() in key]


def everything_stored(stage: Stage) -> dict[str, str]:
    """Return a fingerprint of each table's rows."""
    with psycopg.connect(stage.site.database) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        ).fetchall()
        return {name: fingerprint(connection, name) for (name,) in tables}


def fingerprint(connection: "psycopg.Connection[Any]", table: str) -> str:
    query = sql.SQL("SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM {} t")
    row = connection.execute(query.format(sql.Identifier(table))).fetchone()
    return str(row and row[0])


async def test_messages_larger_than_a_ring_arrive_whole_and_in_order(stage: Stage) -> None:
    visitor, console = await stage.visitor(), await stage.console()
    id = (await visitor.send("はじめ"))["conversation"]["id"]
    await console.open(id)
    said = ["長" * 10_000, "短い", "文" * 10_000, "おわり"]
    for body in said:
        await visitor.send(body)
    await console.until(lambda: len(console.sim.threads[id].messages) == 5, "all five")
    told = [event["rows"]["message"] for event in events(console, "message.created")[-4:]]
    assert [row["body"] for row in told] == said
    assert [row["seq"] for row in told] == [2, 3, 4, 5]
    await console.send(id, "答" * 10_000)
    await visitor.until(lambda: len(visitor.bodies()) == 6, "the answer")
    assert visitor.bodies()[-1] == "答" * 10_000


async def test_pages_that_the_customer_looks_at_reach_who_has_the_conversation_open(
    stage: Stage,
) -> None:
    visitor = await stage.visitor()
    near, far = await stage.console(), await stage.colleague("haru")
    id = (await visitor.send("一"))["conversation"]["id"]
    await near.open(id)
    profile, customer = visitor.guest["profile_id"], visitor.guest["customer_id"]
    stage.site.hand.do("view_page", profile_id=profile, url="https://shop.example/cart", title="籠")
    await near.until(lambda: events(near, "context.changed"), "the page")
    assert near.sim.contexts[customer]["data"]["page"]["title"] == "籠"
    assert near.sim.threads[id].picture()["syncing"] is False
    await visitor.send("二")
    await far.until(lambda: far.sim.conversations.get(id, {}).get("last_seq") == 2)
    assert not events(far, "context.changed")


def softs(client: Any, who: str) -> list[Frame]:
    return [frame for frame in client.frames if frame["type"] == "soft" and frame.get("who") == who]
