"""Signals: the first asks to leave, a second of the same kind leaves at once."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from functools import partial

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def on_signal(leave: Callable[[], None], *, exit_seconds: float) -> None:
    """Call `leave` once when the process is asked to end; to be called inside the event loop.

    Ctrl-C reaches a whole process group and the supervisor then sends SIGTERM as well, so one
    of each is still one request. A thread that hangs cannot keep the process: after
    `exit_seconds` it ends with 0 whatever still runs.
    """
    seen: set[int] = set()

    def heard(number: signal.Signals) -> None:
        if number in seen:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        if not seen:
            _end_after(exit_seconds)
            leave()
        seen.add(number)

    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, partial(heard, number))


def _end_after(seconds: float) -> None:
    timer = threading.Timer(seconds, os._exit, args=(0,))
    timer.daemon = True
    timer.start()
