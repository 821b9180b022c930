"""Signals: the first asks to leave, a second of the same kind leaves at once."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from functools import partial

from config.server.journal import log

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_TELL_SECONDS = 0.2


def on_signal(leave: Callable[[], None], *, exit_seconds: float) -> None:
    """Call `leave` once when the process is asked to end; to be called inside the event loop.

    Ctrl-C reaches a whole process group and the supervisor then sends SIGTERM as well, so one
    of each is still one request. A thread that hangs cannot keep the process: after
    `exit_seconds` it ends with 0 whatever still runs, and says that it was cut off.
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
    timer = threading.Timer(seconds, _cut_off)
    timer.daemon = True
    timer.start()


def _cut_off() -> None:
    """End now. What hangs may hold the log as well, so its line is not waited for."""
    telling = threading.Thread(target=log.warning, args=("cut off",), daemon=True)
    telling.start()
    telling.join(_TELL_SECONDS)
    os._exit(0)
