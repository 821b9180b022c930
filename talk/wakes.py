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
    """Usage: `tell` after the commit. `send` may block and raise as it likes.

    One that takes a number of seconds as well can be told of what is to be done later.
    """

    def __init__(self, send: Callable[..., object]) -> None:
        self._send = send
        self._waiting: queue.Queue[tuple[str, *tuple[float, ...]]] = queue.Queue(MOST_WAITING)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def tell(self, id: UUID, *after_seconds: float) -> None:
        """Return at once, whether anybody will hear of it or not."""
        try:
            self._waiting.put_nowait((str(id), *after_seconds))
        except queue.Full:
            return
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="wakes", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            told = self._waiting.get()
            try:
                self._send(*told)
            except (OperationalError, OSError) as error:
                log.warning("no worker was woken: %s", type(error).__name__)
                self._forget()
            except Exception:
                log.exception("no worker was woken")

    def _forget(self) -> None:
        """By the time the broker is back, the sweeper has had all of these."""
        while not self._waiting.empty():
            self._waiting.get_nowait()


def waking(task: str) -> Wakes:
    """Return the wakes of a Celery task that takes an id."""

    def send(id: str, after_seconds: float = 0) -> object:
        return current_app.send_task(task, [id], countdown=after_seconds or None)

    return Wakes(send)


deliveries = waking("talk.tasks.deliver")
# What channels may want to show their customers. Nobody finds these again, and nobody has to.
typing = waking("talk.tasks.tell_typing")
reading = waking("talk.tasks.tell_read")
