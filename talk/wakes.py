"""Waking a worker early. What is lost here the sweeper finds: nobody waits, nothing is kept.

The broker is spoken to by a thread of its own, so a dead one costs no request and no socket a
moment, and no more than `MOST_WAITING` ids.
"""

import logging
import queue
import threading
from collections.abc import Callable
from uuid import UUID

from celery import current_app
from kombu.exceptions import OperationalError

MOST_WAITING = 1_000
log = logging.getLogger(__name__)


class Wakes:
    """Usage: `tell` after the commit. `send` may block and raise as it likes."""

    def __init__(self, send: Callable[[str], object]) -> None:
        self._send = send
        self._waiting: queue.Queue[str] = queue.Queue(MOST_WAITING)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def tell(self, id: UUID) -> None:
        """Return at once, whether anybody will hear of it or not."""
        try:
            self._waiting.put_nowait(str(id))
        except queue.Full:
            return
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="wakes", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            id = self._waiting.get()
            try:
                self._send(id)
            except (OperationalError, OSError) as error:
                log.warning("no worker was woken: %s", type(error).__name__)
                self._forget()
            except Exception:
                log.exception("no worker was woken")

    def _forget(self) -> None:
        """By the time the broker is back, the sweeper has had all of these."""
        while not self._waiting.empty():
            self._waiting.get_nowait()


def _to(task: str) -> Wakes:
    return Wakes(lambda told: current_app.send_task(task, [told]))


deliveries = _to("talk.tasks.deliver")
# What channels may want to show their customers. Nobody finds these again, and nobody has to.
typing = _to("talk.tasks.tell_typing")
reading = _to("talk.tasks.tell_read")
