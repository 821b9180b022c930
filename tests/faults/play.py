"""One performance: people talk, things break, everything is healed, and the history is judged."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.faults import checker
from tests.faults.checker import Stored
from tests.faults.estate import Estate
from tests.faults.history import History
from tests.faults.nemesis import FAULTS, Scene
from tests.faults.players import LOST, Agent, Guest, Player
from tests.flows.client import Console, Visitor

SETTLE_SECONDS = 25.0
# No difference that was seen, but a client that could not be looked at in time.
UNSEEN, OUT_OF_REACH = "never looked at", "cannot be looked at"

Act = Callable[[Scene], Awaitable[Any]]


@dataclass
class Play:
    """Who plays, and with which clients (a mutant brings its own)."""

    estate: Estate
    seed: int
    settle_seconds: float = SETTLE_SECONDS
    guests: int = 28
    tabs: int = 6
    agents: int = 8
    console: type[Console] = Console
    visitor: type[Visitor] = Visitor
    history: History = field(default_factory=History)

    async def run(self, act: Act) -> dict[str, list[str]]:
        """Let them work while `act` breaks things; return what is wrong, by check."""
        self._chance = random.Random(self.seed)
        self._cast = self.estate.hand.do("cast")
        self._label_ids = tuple(self.estate.hand.do("labels", cast=self._cast, count=3))
        players = self._players()
        everybody = [*players, *self._tabs(players)]
        lives = [asyncio.create_task(each.come()) for each in everybody]
        try:
            await self._until_in(players)
            work = [asyncio.create_task(each.work()) for each in players]
            await act(self.scene)
            self.history.note(op="healed")
            await self._finish(players, work)
            await asyncio.gather(*(self._settle(each) for each in everybody))
        finally:
            await _end(lives)
            await asyncio.gather(*(each.client.leave() for each in everybody))
        self.stored: Stored = self.estate.stored(self._inbox_id)
        return checker.verdict(self.history.entries, self.stored)

    def _players(self) -> list[Player]:
        guests = [self._guest() for _ in range(self.guests)]
        agents = [self._agent(n) for n in range(self.agents)]
        self._inbox_id = guests[0].client.guest["inbox_id"]
        self.scene = Scene(self.estate, guests, agents, random.Random(self._chance.random()))
        return [*guests, *agents]

    def _guest(self) -> Guest:
        found = self.estate.hand.do("guest", cast=self._cast)
        client = self.visitor(self.estate.place, found)
        return Guest(client, self.history, random.Random(self._chance.random()))

    def _agent(self, number: int) -> Agent:
        found = self.estate.hand.do("another_operator", cast=self._cast, name=f"op{number}")
        client = self.console(self.estate.place, found)
        agent = Agent(client, self.history, random.Random(self._chance.random()))
        agent.label_ids = self._label_ids
        return agent

    def _tabs(self, players: list[Player]) -> list[Player]:
        """A second tab of some visitors: it hears the same, and sends what the first sends."""
        tabs: list[Player] = []
        for guest in players[: self.tabs]:
            assert isinstance(guest, Guest)
            tab = self.visitor(self.estate.place, guest.client.guest, f"{guest.client.name} tab")
            guest.tab = tab
            tabs.append(Tab(tab, self.history, guest.chance))
        return tabs

    async def _until_in(self, players: list[Player]) -> None:
        for _ in range(300):
            if all(each.client.is_live for each in players):
                return
            await asyncio.sleep(0.1)
        log = self.estate.webs.log.read_text(errors="replace")
        raise AssertionError(f"not everybody came in: {log[-2000:]}")

    async def _finish(self, players: list[Player], work: list[asyncio.Task[None]]) -> None:
        """What is not acknowledged is tried for a while yet; then its end stays unknown."""
        for each in players:
            each.is_stopping = True
        await asyncio.wait(work, timeout=self.settle_seconds)
        await _end(work)

    async def _settle(self, player: Player) -> None:
        """Wait until the client shows what a fetch says."""
        differs = UNSEEN
        deadline = asyncio.get_running_loop().time() + self.settle_seconds
        while differs and asyncio.get_running_loop().time() < deadline:
            try:
                if player.client.is_live:
                    differs = await player.difference()
            except LOST as error:
                differs = f"{OUT_OF_REACH}: {error!r}"
            if differs:
                await asyncio.sleep(0.3)
        if not differs:
            self.history.note(op="synced", client=player.client.name)
        self.history.note(op="final", client=player.client.name, differs=differs)


class Tab(Guest):
    """Only keeps its connection; its visitor's first tab does the work."""


def schedule(seed: int) -> list[str]:
    """Return the names of all faults in the order of this seed."""
    names = sorted(FAULTS)
    random.Random(seed).shuffle(names)
    return names


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception):
            raise result
