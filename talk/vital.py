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


def _ended(name: str, task: asyncio.Task[None]) -> None:
    if task.cancelled():
        return
    log.critical(
        "%s has ended: this process leaves, to be started again", name, exc_info=task.exception()
    )
    signal.raise_signal(signal.SIGTERM)
