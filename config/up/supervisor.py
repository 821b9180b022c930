"""Keeps the programs of `manage.py up` running, and ends them in order.

A small loop of our own: what the ready-made ones add is not needed, and what is needed (a shared
listening socket, no orphan after kill -9, an order of ending) they lack.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress

from config.embedded.server import Server
from config.up.child import Child, ChildFailedError, Program, Say

DATABASE_GRACE_SECONDS = 2
DATABASE_LOOK_SECONDS = 0.5
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """`stages` are groups of programs in the order in which they end; the databases end last."""

    def __init__(
        self, stages: Iterable[Iterable[Program]], databases: Sequence[Server], say: Say
    ) -> None:
        self._stages = [[Child(program, say) for program in stage] for stage in stages]
        self._databases = databases
        self._say = say
        self._leave = asyncio.Event()
        self._hurry = asyncio.Event()
        self._watched: list[asyncio.Task[None]] = []
        self._failure = ""

    async def run(
        self,
        first_ready: Callable[[], Awaitable[None]],
        all_started: Callable[[], Awaitable[None]] | None = None,
    ) -> str:
        """Run until a signal comes (returns "") or something fails (returns one line why).

        The first stage starts alone, so that all processors work for it; the others start when
        `first_ready` returns, and then `all_started` is called.
        """
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self._on_signal)
        self._watched.append(asyncio.create_task(self._watch_databases()))
        starting = asyncio.create_task(self._start(first_ready, all_started))
        await self._leave.wait()
        starting.cancel()
        await self._end()
        return self._failure

    def fail(self, reason: str) -> None:
        """End everything; the first reason is the one that is told."""
        self._failure = self._failure or reason
        self._leave.set()

    def _on_signal(self) -> None:
        if self._leave.is_set():
            self._hurry.set()
        self._leave.set()

    async def _watch(self, child: Child) -> None:
        try:
            await child.run()
        except ChildFailedError as error:
            self.fail(str(error))
        except OSError as error:  # cannot be started at all, or nobody reads what we show
            self.fail(f"{child.program.name}: {error}")

    async def _watch_databases(self) -> None:
        while not self._leave.is_set():
            for server in self._databases:
                if server.ended:
                    self.fail(f"{server.name} ended: {server.last_words()}")
            await asyncio.sleep(DATABASE_LOOK_SECONDS)

    async def _start(
        self,
        first_ready: Callable[[], Awaitable[None]],
        all_started: Callable[[], Awaitable[None]] | None,
    ) -> None:
        first, *others = self._stages
        self._watch_stage(first)
        try:
            await first_ready()
        except OSError as error:
            self.fail(f"nobody can read our output: {error}")
        for stage in others:
            self._watch_stage(stage)
        if all_started is not None:
            await all_started()

    def _watch_stage(self, stage: list[Child]) -> None:
        self._watched += [asyncio.create_task(self._watch(child)) for child in stage]

    async def _end(self) -> None:
        for stage in self._stages:
            await asyncio.gather(*(child.stop(self._hurry) for child in stage))
        _done, late = await asyncio.wait(self._watched, timeout=1)
        for task in late:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        grace = 0.2 if self._hurry.is_set() else DATABASE_GRACE_SECONDS
        await asyncio.gather(*(asyncio.to_thread(server.stop, grace) for server in self._databases))
