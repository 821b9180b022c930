"""What goes wrong: each fault breaks something for a moment and sets it right again."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.faults.estate import Estate
from tests.faults.players import Agent, Guest
from tests.faults.proxy import Proxy

BURST = 300


@dataclass
class Scene:
    """What the faults can reach."""

    estate: Estate
    guests: list[Guest]
    agents: list[Agent]
    chance: random.Random


Fault = Callable[[Scene], Awaitable[Any]]


async def web_kill(scene: Scene) -> None:
    """kill -9 of one web process under load; another takes its place."""
    estate, index = scene.estate, scene.chance.randrange(2)
    started = estate.webs.started_count()
    estate.webs.kill(index)
    await asyncio.sleep(0.5)
    estate.webs.launch_at(index)
    await estate.until_started(started + 1)


async def rolling_restart(scene: Scene) -> list[int]:
    """SIGTERM to one process after the other, a new one beside each; return the exit codes."""
    webs = scene.estate.webs
    started = webs.started_count()
    leaving = [webs.launch_at(index) for index in range(2)]
    codes = []
    for count, process in enumerate(leaving, start=1):
        await scene.estate.until_started(started + count)
        process.send_signal(signal.SIGTERM)
        codes.append(await asyncio.to_thread(process.wait, 30))
    return codes


async def valkey_kill(scene: Scene) -> None:
    scene.estate.kill_valkey()
    await asyncio.sleep(1.5)
    scene.estate.start_valkey()


async def valkey_flush(scene: Scene) -> None:
    for _ in range(3):
        await send_to_valkey(scene.estate, b"FLUSHALL\r\n")
        await asyncio.sleep(0.5)


async def valkey_hang(scene: Scene) -> None:
    """It accepts and never answers."""
    scene.estate.signal_valkey(signal.SIGSTOP)
    await asyncio.sleep(2.5)
    scene.estate.signal_valkey(signal.SIGCONT)


async def valkey_full(scene: Scene) -> None:
    """It takes nothing more: every write is refused, reading goes on."""
    for command in (b"CONFIG SET maxmemory-policy noeviction", b"CONFIG SET maxmemory 1"):
        await send_to_valkey(scene.estate, command + b"\r\n")
    await asyncio.sleep(1.5)
    for command in (b"CONFIG SET maxmemory-policy volatile-lru", b"CONFIG SET maxmemory 0"):
        await send_to_valkey(scene.estate, command + b"\r\n")


async def refused(proxy: Proxy) -> None:
    proxy.set("refuse")
    proxy.cut()
    await asyncio.sleep(1.5)
    proxy.set("pass")


async def doorbell_cut(scene: Scene) -> None:
    """No web process reaches Valkey, all reach the database."""
    await refused(scene.estate.doorbell)


async def postgres_stop(scene: Scene) -> None:
    """As an administrator restarts it: sessions are ended, transactions rolled back."""
    await asyncio.to_thread(scene.estate.stop_postgres)
    await asyncio.sleep(1)
    await asyncio.to_thread(scene.estate.start_postgres)
    await asyncio.sleep(1)


async def postgres_crash(scene: Scene) -> None:
    scene.estate.crash_postgres()
    await asyncio.sleep(1)


async def browsers_cut(scene: Scene) -> None:
    for _ in range(3):
        scene.estate.browsers.cut()
        await asyncio.sleep(0.7)


async def browsers_cut_in_the_middle(scene: Scene) -> None:
    scene.estate.browsers.cut_after(scene.chance.randrange(2_000, 20_000))
    await asyncio.sleep(1.5)


async def browsers_half_open(scene: Scene) -> None:
    scene.estate.browsers.set("half-open")
    await asyncio.sleep(1.5)
    scene.estate.browsers.cut()
    scene.estate.browsers.set("pass")


async def storage_cut(scene: Scene) -> None:
    await refused(scene.estate.storage)


async def storage_blackhole(scene: Scene) -> None:
    scene.estate.storage.set("blackhole")
    await asyncio.sleep(2)
    scene.estate.storage.set("pass")


async def storage_slow(scene: Scene) -> None:
    scene.estate.storage.set("delay", 0.1)
    await asyncio.sleep(1.5)
    scene.estate.storage.set("pass")


async def slow_reader(scene: Scene) -> None:
    """A console stops reading while a visitor writes more than its credit."""
    agent, guest = scene.chance.choice(scene.agents), scene.chance.choice(scene.guests)
    socket = agent.client._socket
    agent.client.gives_credit = False
    if socket is not None:
        socket.transport.pause_reading()
    lines = [
        guest.say("customer", body, partial(guest.send, body))
        for body in (f"連投 {n}" for n in range(BURST))
    ]
    await asyncio.gather(*lines)
    await asyncio.sleep(1.5)  # longer than it takes to store them
    agent.client.gives_credit = True
    if socket is not None and not socket.transport.is_closing():
        socket.transport.resume_reading()


async def rings_again(scene: Scene) -> None:
    """Every recent ring a second time, backwards, and some that no event made."""
    rows = scene.estate.query(
        "SELECT jsonb_build_object('id', id, 'xid', xid::text::bigint, 'kind', kind,"
        " 'inbox', inbox_id, 'conversation', conversation_id, 'profile', profile_id,"
        " 'version', version, 'rows', rows)::text FROM talk_event"
        " WHERE octet_length(rows::text) < 7000 ORDER BY xid DESC, id DESC LIMIT 200"
    )
    forged = ["no ring", "{}", '{"id": 999999999, "xid": 999999999999, "kind": "message.created"}']
    for text in [*(text for (text,) in rows), *forged]:
        scene.estate.query("SELECT pg_notify('sobani', %s)", text)
    await asyncio.sleep(0.5)


async def slow_transaction(scene: Scene) -> None:
    """A change whose transaction stays open while others commit after it."""
    agent = scene.chance.choice(scene.agents)
    known = sorted(agent.client.sim.conversations)
    if known:
        values = {"operator_id": agent.client.operator["id"], "body": "遅いメモ", "seconds": 1.5}
        hand, id = scene.estate.hand, scene.chance.choice(known)
        await asyncio.to_thread(hand.do, "slow_note", conversation_id=id, **values)


FAULTS: dict[str, Fault] = {
    fault.__name__: fault
    for fault in (
        web_kill,
        rolling_restart,
        valkey_kill,
        valkey_flush,
        valkey_hang,
        valkey_full,
        doorbell_cut,
        postgres_stop,
        postgres_crash,
        browsers_cut,
        browsers_cut_in_the_middle,
        browsers_half_open,
        storage_cut,
        storage_blackhole,
        storage_slow,
        slow_reader,
        rings_again,
        slow_transaction,
    )
}


async def send_to_valkey(estate: Estate, command: bytes) -> None:
    """Past the proxy, as an administrator would."""
    reader, writer = await asyncio.open_unix_connection(estate._given["REDIS_URL"][7:])
    writer.write(command)
    answer = await reader.readline()
    writer.close()
    assert answer.startswith(b"+OK"), answer
