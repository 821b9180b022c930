"""The supervisor: restarts, order of ending, hurry, hopeless starts, long lines."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from config.embedded.server import Server
from config.up.child import Program
from config.up.supervisor import Supervisor

Lines = list[tuple[str, str]]
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(60)
"""
POLITE = """
import signal, sys, time
def leave(number, frame):
    print("bye", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
print("up", flush=True)
time.sleep(60)
"""


def program(name: str, code: str, *, grace_seconds: float = 5) -> Program:
    return Program(name=name, command=(sys.executable, "-c", code), grace_seconds=grace_seconds)


async def until(lines: Lines, *wanted: tuple[str, str]) -> None:
    async with asyncio.timeout(20):
        while not {*wanted} <= {*lines}:  # noqa: ASYNC110  # a child process writes them
            await asyncio.sleep(0.02)


async def supervise(
    stages: list[list[Program]],
    lines: Lines,
    story: Callable[[], Awaitable[None]],
    databases: tuple[Server, ...] = (),
) -> str:
    """Run the stages; the story is told when the first one has been started."""
    supervisor = Supervisor(stages, databases, lambda name, line: lines.append((name, line)))

    async def ready() -> None:
        stories.append(asyncio.create_task(story()))

    stories: list[asyncio.Task[None]] = []
    reason = await supervisor.run(ready)
    await asyncio.gather(*stories)
    return reason


def ask_to_leave() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


async def test_a_signal_ends_the_stages_in_order() -> None:
    lines: Lines = []

    async def story() -> None:
        await until(lines, ("web", "up"), ("worker", "up"))
        ask_to_leave()

    reason = await supervise([[program("web", POLITE)], [program("worker", POLITE)]], lines, story)
    assert reason == ""
    assert [line for line in lines if line[1] == "bye"] == [("web", "bye"), ("worker", "bye")]


async def test_a_program_that_crashes_is_started_again(tmp_path: Path) -> None:
    lines: Lines = []
    code = f"""
import pathlib, sys
mark = pathlib.Path({str(tmp_path / "mark")!r})
if not mark.exists():
    mark.touch()
    sys.exit(7)
{POLITE}"""

    async def story() -> None:
        await until(lines, ("web", "up"))
        ask_to_leave()

    assert await supervise([[program("web", code)]], lines, story) == ""
    assert lines[0] == ("web", "ended (exit code 7), starts again in 2 s")


async def test_a_program_that_never_starts_ends_everything_with_its_last_line() -> None:
    lines: Lines = []

    async def story() -> None:
        await until(lines, ("worker", "up"))

    broken = program("beat", "raise SystemExit('no such broker')")
    reason = await supervise([[program("worker", POLITE)], [broken]], lines, story)
    assert reason == "beat ended 3 times right after its start (exit code 1): no such broker"
    assert ("worker", "bye") in lines


async def test_a_program_that_will_not_end_is_ended_after_its_grace() -> None:
    lines: Lines = []
    began = 0.0

    async def story() -> None:
        nonlocal began
        await until(lines, ("web", "up"))
        began = time.monotonic()
        ask_to_leave()

    stubborn = program("web", STUBBORN, grace_seconds=0.5)
    assert await supervise([[stubborn]], lines, story) == ""
    assert 0.5 <= time.monotonic() - began < 4


async def test_a_second_signal_ends_at_once() -> None:
    lines: Lines = []
    began = 0.0

    async def story() -> None:
        nonlocal began
        await until(lines, ("web", "up"))
        began = time.monotonic()
        ask_to_leave()
        await asyncio.sleep(0.2)
        ask_to_leave()

    stubborn = program("web", STUBBORN, grace_seconds=60)
    assert await supervise([[stubborn]], lines, story) == ""
    assert time.monotonic() - began < 4


async def test_a_line_of_any_length_is_shown_whole() -> None:
    lines: Lines = []

    async def story() -> None:
        await until(lines, ("web", "up"))
        ask_to_leave()

    code = f"print('x' * 200_000, flush=True)\n{POLITE}"
    await supervise([[program("web", code)]], lines, story)
    assert ("web", "x" * 200_000) in lines


async def test_an_ended_database_ends_everything(tmp_path: Path) -> None:
    lines: Lines = []
    log = tmp_path / "postgres.log"
    log.write_text("LOG: fine\nPANIC: could not write: No space left on device\n")
    ended = await asyncio.to_thread(_ended_server, log)

    async def story() -> None: ...

    reason = await supervise([[program("web", POLITE)]], lines, story, (ended,))
    assert reason == "PostgreSQL ended: PANIC: could not write: No space left on device"


def _ended_server(log: Path) -> Server:
    process = subprocess.Popen(["true"])
    process.wait()
    return Server("PostgreSQL", log, process)


async def test_nobody_reading_our_output_ends_everything() -> None:
    def closed(_name: str, _line: str) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    async def ready() -> None: ...

    reason = await Supervisor([[program("web", POLITE)]], (), closed).run(ready)
    assert reason == "web: [Errno 32] Broken pipe"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
async def test_ctrl_c_and_a_closed_terminal_are_signals_too(number: signal.Signals) -> None:
    lines: Lines = []

    async def story() -> None:
        await until(lines, ("web", "up"))
        os.kill(os.getpid(), number)

    assert await supervise([[program("web", POLITE)]], lines, story) == ""
    assert ("web", "bye") in lines
