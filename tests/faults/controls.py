"""Negative controls: a small play for each seeded bug, in which the named check must fail.

`python -m tests.faults.controls [m1 …]`. m7, m9 and m10 belong to jobs and channels.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Any

from tests.faults.estate import Estate
from tests.faults.nemesis import Scene
from tests.faults.play import OUT_OF_REACH, UNSEEN, Play
from tests.flows.client import Console
from tests.sim import ConsoleSim, Row

SETTLE_SECONDS = 3.0


class RepeatingSim(ConsoleSim):
    """m4: a row of the same version counts as news."""

    def put(self, known: dict[Any, Row], key: Any, row: Row) -> bool:
        is_news = key not in known or row["version"] >= known[key]["version"]
        if is_news:
            known[key] = row
        return is_news


class RepeatingConsole(Console):
    sim_class = RepeatingSim


class BlindSim(ConsoleSim):
    """m5: holes are not noticed."""

    def syncing(self) -> list[str]:
        return []


class BlindConsole(Console):
    sim_class = BlindSim


async def lose_connections(scene: Scene) -> None:
    """Everybody is cut off while the others write; who returns gets slim events of what is open."""
    await hurry(scene)
    for _ in range(4):
        scene.estate.browsers.cut()
        await asyncio.sleep(1)


async def lose_connections_of_readers(scene: Scene) -> None:
    """The same while every operator stays in one conversation: opening another heals its holes."""
    for agent in scene.agents:
        agent.is_stopping = True
    await lose_connections(scene)


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


@dataclass(frozen=True)
class Control:
    check: str
    act: Callable[[Scene], Awaitable[Any]]
    web: dict[str, str] = field(default_factory=dict)
    play: dict[str, Any] = field(default_factory=dict)


# Those that share a web come after each other; the last two leave the database spoilt.
CONTROLS: dict[str, Control] = {
    "m1": Control("C7", lose_storage, {"TEST_MUTANT": "m1", "RING": "layer"}),
    "m2": Control("C4", commit_late, {"TEST_MUTANT": "m2"}),
    "m8": Control("C11", race_for_conversations, {"TEST_MUTANT": "m8"}),
    "m4": Control("C5", lose_connections, {}, {"console": RepeatingConsole}),
    "m5": Control("C4", lose_connections_of_readers, {}, {"console": BlindConsole}),
    "m6": Control("C1", forget_flushing),
    "m3": Control("C1", forget_uniqueness),
}

SOUND = ("m1", "m2", "m8", "m4", "m5")
"""Those whose plays break nothing but connections."""


async def kill_all(estate: Estate, names: list[str], say: Callable[[str], object]) -> list[str]:
    """Run the controls; return the mutants that live."""
    living = []
    for web, group in groupby(names, key=lambda name: CONTROLS[name].web):
        await estate.open_web("tests.faults.web" if web else "config.server", **web)
        try:
            living += [name for name in group if not await is_killed(estate, name, say)]
        finally:
            await estate.close_web()
    say(f"mutants killed {len(names) - len(living)}/{len(names)}")
    return living


async def is_killed(estate: Estate, name: str, say: Callable[[str], object]) -> bool:
    control, began = CONTROLS[name], time.monotonic()
    play = Play(estate, 1, SETTLE_SECONDS, guests=8, tabs=6, agents=4, **control.play)
    wrong = what_was_seen(await play.run(control.act))
    told = wrong.get(control.check, [f"lives; failed were {sorted(wrong)}"])[0]
    say(f"{name} {control.check} {time.monotonic() - began:5.1f} s  {told[:160]}")
    return control.check in wrong


async def spare_all(
    estate: Estate, names: Iterable[str], say: Callable[[str], object]
) -> list[str]:
    """Run the same plays without the bugs, no longer; return those in which anything is wrong."""
    wrong = []
    await estate.open_web()
    try:
        for name in names:
            play = Play(estate, 1, SETTLE_SECONDS, guests=8, tabs=6, agents=4)
            found = what_was_seen(await play.run(CONTROLS[name].act))
            wrong += [name] if found else []
            say(f"{name} without the bug: {found or 'nothing is wrong'}")
    finally:
        await estate.close_web()
    return wrong


def what_was_seen(wrong: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out clients that a slow machine never came to look at: they show nothing of a bug."""
    seen = {
        check: [line for line in lines if UNSEEN not in line and OUT_OF_REACH not in line]
        for check, lines in wrong.items()
    }
    return {check: lines for check, lines in seen.items() if lines}


async def hurry(scene: Scene) -> None:
    """Let everybody have something to do, more often, with a conversation opened."""
    for player in [*scene.guests, *scene.agents]:
        player.pause_seconds = (0.05, 0.3)
    await asyncio.sleep(1)
    for agent in scene.agents:
        if known := sorted(agent.client.sim.conversations):
            await agent.client.open(scene.chance.choice(known))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.controls", description=__doc__)
    parser.add_argument("mutants", nargs="*", help=f"some of {' '.join(CONTROLS)}")
    parser.add_argument("--spare", action="store_true", help="run the plays without the bugs")
    asked = parser.parse_args()
    names = asked.mutants or list(CONTROLS)
    estate = Estate()

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    try:
        estate.start_databases()
        if asked.spare:
            return 1 if asyncio.run(spare_all(estate, asked.mutants or SOUND, say)) else 0
        living = asyncio.run(kill_all(estate, names, say))
    finally:
        estate.close_databases()
    return 1 if living else 0


if __name__ == "__main__":
    sys.exit(main())
