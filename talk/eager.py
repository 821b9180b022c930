"""Start a coroutine at once, and make a task of it only if it has to wait.

Most sends never wait: the socket takes the frame. A task for each would cost more than the send.
(Python 3.12 calls this an eager task.)
"""

import asyncio
import types
from collections.abc import Coroutine, Generator
from typing import Any


def start(work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Run `work` until it first waits; return the task that does the rest, or None if none is."""
    try:
        waits_for = work.send(None)
    except StopIteration:
        return None
    return asyncio.get_running_loop().create_task(_do_rest(work, waits_for))


async def _do_rest(work: Coroutine[Any, Any, None], waits_for: Any) -> None:
    await _rest(work, waits_for)


@types.coroutine
def _rest(work: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """Pass on what `work` waits for, and to `work` what comes of it."""
    while True:
        try:
            try:
                came = yield waits_for
            except BaseException as error:  # noqa: BLE001  # a cancellation is for `work`, too
                waits_for = work.throw(error)
            else:
                waits_for = work.send(came)
        except StopIteration:
            return
