"""What happens in the play of a seeded bug, so that it shows itself."""

import asyncio
from functools import partial

from tests.faults.nemesis import Scene
from tests.faults.players import Agent
from tests.sim import Thread

MOST_FURTHER_CUTS = 12


async def lose_connections(scene: Scene) -> None:
    """Everybody is cut off while the others write; who returns gets slim events of what is open."""
    await hurry(scene)
    for _ in range(4):
        scene.estate.browsers.cut()
        await asyncio.sleep(1)


async def lose_connections_of_readers(scene: Scene) -> None:
    """The same while every operator stays in one conversation: opening another heals its holes.

    On a slow machine nobody may have missed anything yet: it goes on until somebody has.
    """
    for agent in scene.agents:
        agent.is_stopping = True
    await lose_connections(scene)
    for _ in range(MOST_FURTHER_CUTS):
        if any(thread.is_syncing for agent in scene.agents for thread in threads_of(agent)):
            return
        scene.estate.browsers.cut()
        await asyncio.sleep(1)


def threads_of(agent: Agent) -> list[Thread]:
    return list(agent.client.sim.threads.values())


async def lose_storage(scene: Scene) -> None:
    """Transactions are broken off between their statement and their commit."""
    await hurry(scene)
    for _ in range(16):
        await asyncio.sleep(scene.chance.uniform(0.2, 0.5))
        scene.estate.storage.cut()
    await asyncio.sleep(0.5)


async def commit_late(scene: Scene) -> None:
    """A note is committed after others that began later; nothing else happens beside it."""
    quiet = scene.guests[0]
    quiet.is_stopping = True
    await hurry(scene)
    await quiet.say("customer", "もう話しません", partial(quiet.send, "もう話しません"))
    for agent in scene.agents:
        agent.is_stopping = True
    note = {"operator_id": scene.agents[0].client.operator["id"], "body": "遅いメモ"}
    id = quiet.client.conversation_id
    await asyncio.to_thread(
        scene.estate.hand.do, "slow_note", conversation_id=id, seconds=1.5, **note
    )
    await asyncio.sleep(0.5)


async def forget_uniqueness(scene: Scene) -> None:
    names = scene.estate.query(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'talk_message'::regclass"
        " AND contype = 'u' AND pg_get_constraintdef(oid) LIKE '%client_id%'"
    )
    assert len(names) == 1, names
    scene.estate.query(f"ALTER TABLE talk_message DROP CONSTRAINT {names[0][0]}")
    await hurry(scene)
    await asyncio.sleep(3)


async def work_on(scene: Scene) -> None:
    await hurry(scene)
    await asyncio.sleep(2)


async def give_other_places(scene: Scene) -> None:
    """c6: what tidies up puts the messages in another order, without hole or repeat."""
    await work_on(scene)
    scene.estate.query(
        "BEGIN; LOCK talk_message;"
        " UPDATE talk_message m SET seq = -other.seq FROM (SELECT id, row_number() OVER"
        " (PARTITION BY conversation_id ORDER BY client_id) AS seq FROM talk_message) other"
        " WHERE other.id = m.id;"
        " UPDATE talk_message SET seq = -seq; COMMIT"
    )


async def be_cut_off(scene: Scene) -> None:
    await work_on(scene)
    scene.estate.browsers.cut()


async def do_everything_wrong(scene: Scene) -> None:
    await give_other_places(scene)
    scene.estate.browsers.cut()


async def forget_flushing(scene: Scene) -> None:
    """Commits are acknowledged before they are on disk; then the database crashes."""
    estate = scene.estate
    for statement in (
        "ALTER SYSTEM SET wal_writer_delay = '10s'",
        "ALTER DATABASE sobani SET synchronous_commit = off",
        "SELECT pg_reload_conf()",
    ):
        estate.query(statement)
    estate.storage.cut()  # the pools' next connections have it
    await hurry(scene)
    await asyncio.sleep(2)
    estate.crash_postgres()
    estate.query("ALTER DATABASE sobani RESET synchronous_commit")
    estate.storage.cut()
    await asyncio.sleep(0.5)


async def race_for_conversations(scene: Scene) -> None:
    await hurry(scene)
    for _ in range(8):
        known = sorted(scene.agents[0].client.sim.conversations)
        if known:
            id = scene.chance.choice(known)
            taking = (each.take(id) for each in scene.agents)
            await asyncio.gather(*taking, return_exceptions=True)
        await asyncio.sleep(0.2)


async def hurry(scene: Scene) -> None:
    """Let everybody have something to do, more often, with a conversation opened."""
    for player in [*scene.guests, *scene.agents]:
        player.pause_seconds = (0.05, 0.3)
    await asyncio.sleep(1)
    for agent in scene.agents:
        if known := sorted(agent.client.sim.conversations):
            await agent.client.open(scene.chance.choice(known))
