"""Mail leaves through the worker, so that no answer is slower because an account exists."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import structlog
from django.db import connection
from kombu.exceptions import OperationalError

from config.accounts import tasks

log = structlog.get_logger("config.accounts.mail")
_aside = ThreadPoolExecutor(1, "mail")


def queue_mail(subject: str, body: str, to: list[str]) -> None:
    """Hand over a mail that holds no secret."""
    _queue(tasks.send_mail, subject, body, to)


def queue_password_reset(operator_id: str, language: str) -> None:
    """Ask for the mail with the link. Its key is made by the worker and never lies in a queue.

    Also called with an empty id, so that an unknown address costs the same as a known one.
    """
    _queue(tasks.send_password_reset, operator_id, language)


def _queue(job: Any, *values: Any) -> None:
    """No answer waits for a mail, nor for its queue: one that hangs takes twenty seconds."""
    _aside.submit(copy_context().run, _hand_over, job, *values)


def _hand_over(job: Any, *values: Any) -> None:
    """Without a queue this thread does the job, once."""
    try:
        job.apply_async(args=values, retry=False)
    except OperationalError:
        _do(job, *values)


def _do(job: Callable[..., None], *values: Any) -> None:
    try:
        job(*values)
    except Exception as error:  # noqa: BLE001  # nobody waits for it; addresses are not logged
        log.error("mail_lost", reason=type(error).__name__)
    finally:
        connection.close()
