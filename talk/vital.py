"""Tasks that run as long as the process: deaf without one of them, it must not stay."""

import asyncio
import logging
import signal
from collections.abc import Coroutine
from functools import partial
from typing import Any

log = logging.getLogger(__name__)


def start(name: str, runner: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Run it until it is cancelled; should it end by itself, say so and ask the process to leave.

    Leaving sends the sockets elsewhere first; the supervisor starts another process.
    """
    task = asyncio.create_task(runner, name=name)
    task.add_done_callback(partial(_ended, name))
    return task


def goes_on() -> bool:
    """Return whether the task that asks may do so: False once it was cancelled.

    For loops that catch a driver's errors. While it cleans up after a cancellation, psycopg or the
    channel layer may raise another error in its place, and the cancellation would be forgotten.
    """
    task = asyncio.current_task()
    return task is None or not task.cancelling()


def _ended(name: str, task: asyncio.Task[None]) -> None:
    if task.cancelled() or task.cancelling():
        return
    log.critical(
        "%s has ended: this process leaves, to be started again", name, exc_info=task.exception()
    )
    signal.raise_signal(signal.SIGTERM)
