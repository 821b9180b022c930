"""One supervised program: its output, its restarts, its end."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from config.embedded.server import tethered

SETTLED_SECONDS = 10
"""A program that lived this long had started well."""
QUICK_ENDS = 3
LONGEST_PAUSE_SECONDS = 15
Say = Callable[[str, str], None]
"""Shows a line of a program: its name, the line."""


class ChildFailedError(Exception):
    """A program ends again and again right after its start; the text is one line."""


@dataclass(frozen=True)
class Program:
    name: str
    command: tuple[str, ...]
    grace_seconds: float
    env: Mapping[str, str] = field(default_factory=dict)
    fds: tuple[int, ...] = ()
    after_end: Callable[[int], None] | None = None
    """Called with the process id that is no more."""


class Child:
    """Runs a program until it is told to stop; one that crashes is started again."""

    def __init__(self, program: Program, say: Say) -> None:
        self.program = program
        self._say = say
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()
        self._last_line = ""

    async def run(self) -> None:
        """Return after `stop`; raise ChildFailedError when starting again is hopeless."""
        quick_ends = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            code = await self._run_once()
            if self._stopping.is_set():
                return
            quick_ends = quick_ends + 1 if time.monotonic() - began < SETTLED_SECONDS else 0
            if quick_ends >= QUICK_ENDS:
                raise ChildFailedError(self._hopeless(code))
            pause = min(0.5 * 4**quick_ends, LONGEST_PAUSE_SECONDS)
            self._say(self.program.name, f"ended ({_meaning(code)}), starts again in {pause:g} s")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    async def stop(self, hurry: asyncio.Event) -> None:
        """Ask the program to end; after its grace, or when there is a hurry, end it."""
        self._stopping.set()
        process = self._process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        ended, hurried = asyncio.create_task(process.wait()), asyncio.create_task(hurry.wait())
        await asyncio.wait(
            (ended, hurried),
            timeout=self.program.grace_seconds,
            return_when=asyncio.FIRST_COMPLETED,
        )
        hurried.cancel()
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        await ended

    async def _run_once(self) -> int:
        # Killed, not asked, when we are killed ourselves: nobody is left to watch over a grace.
        command = tethered(list(self.program.command), signal.SIGKILL)
        self._process = process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.program.env},
            pass_fds=self.program.fds,
            start_new_session=True,  # Ctrl-C reaches only us, and we end things in order
        )
        if self._stopping.is_set():
            process.terminate()
        await self._show_output(process)
        code = await process.wait()
        if self.program.after_end is not None:
            self.program.after_end(process.pid)
        return code

    async def _show_output(self, process: asyncio.subprocess.Process) -> None:
        """Pass complete lines on, however long; a reader by lines would give up at 64 KiB."""
        assert process.stdout is not None  # noqa: S101  # asked for above
        rest = b""
        while chunk := await process.stdout.read(65536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._show(line)
        if rest:
            self._show(rest)

    def _show(self, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip()
        if text:
            self._last_line = text
            self._say(self.program.name, text)

    def _hopeless(self, code: int) -> str:
        times = f"{self.program.name} ended {QUICK_ENDS} times right after its start"
        return f"{times} ({_meaning(code)}): {self._last_line}"


def _meaning(code: int) -> str:
    if code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"
