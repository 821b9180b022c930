"""Seeded bugs of jobs and channels (`tests.faults.mutants` has those of the live core)."""

import time
from collections.abc import Callable
from threading import Thread
from typing import Any
from uuid import uuid4

from django.db import InterfaceError, OperationalError, connection

from config.celery import app
from integrations.line.actions import chats, parts, storing
from integrations.line.models import LinePart
from tests.faults.mutants import put_in_place


def trust_the_queue() -> None:
    """m7: a job is acknowledged before it is done, and nobody looks for what was lost."""
    app.conf.task_acks_late = False
    put_in_place(chats, "due_chats", list)


def ask_with_another_key() -> None:
    """m9: each attempt to push has a key of its own."""
    begin = parts.begin_attempt

    def begin_with_another(part: LinePart) -> None:
        part.retry_key = uuid4()
        begin(part)

    put_in_place(parts, "begin_attempt", begin_with_another)


def answer_before_commit() -> None:
    """m10: LINE has its 200 while the rows are still on their way."""
    store = storing.store

    def store_later(*told: Any) -> None:
        time.sleep(0.1)
        try:
            store(*told)
        except (OperationalError, InterfaceError):
            return
        finally:
            connection.close()

    def promise(*told: Any) -> None:
        Thread(target=store_later, args=told).start()

    put_in_place(storing, "store", promise)


WORKER_MUTANTS: dict[str, Callable[[], None]] = {
    "m7": trust_the_queue,
    "m9": ask_with_another_key,
}
WEB_MUTANTS: dict[str, Callable[[], None]] = {"m10": answer_before_commit}
