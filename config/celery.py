"""Celery: it wakes work that is already a row, so losing all of it loses no message.

The one exception are mails to operators (reset of a password, notice of a change): they lie in the
queue only, and who lost one with Valkey asks again.

Each app declares its jobs in `tasks.py`; those that repeat stand in its dictionary `BEAT`, in the
form of Celery's `beat_schedule`.
"""

import os
import warnings
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from celery import Celery, signals
from celery.exceptions import SecurityWarning
from django.apps import apps
from django_structlog.celery.steps import DjangoStructLogInitStep

from config import guard
from talk.connections import expect_answers_within

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Running as root is a danger where jobs come as pickles; ours are JSON (CELERY_ACCEPT_CONTENT).
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("sobani")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@app.on_after_finalize.connect
def fill_schedule(sender: Celery, **_: Any) -> None:
    sender.conf.beat_schedule = schedule()


def schedule() -> dict[str, dict[str, Any]]:
    """Return what beat has to start, as the apps declare it; a name declared twice is a mistake."""
    found: dict[str, dict[str, Any]] = {}
    for config in apps.get_app_configs():
        for name, entry in _declared(f"{config.name}.tasks").items():
            if name in found:
                raise ValueError(f"two apps declare the repeated job {name!r}")
            found[name] = entry
    return found


def _declared(module: str) -> dict[str, dict[str, Any]]:
    if find_spec(module) is None:
        return {}
    declared: dict[str, dict[str, Any]] = getattr(import_module(module), "BEAT", {})
    return declared


@signals.setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Being connected keeps Celery from replacing the handlers that Django has set up."""


@signals.worker_init.connect
@signals.beat_init.connect
def refuse_unsafe_settings(**_: Any) -> None:
    guard.exit_if_unsafe()


@signals.worker_init.connect
def give_up_on_a_silent_database(**_: Any) -> None:
    """A lost answer must not hold one of the few threads for good; the job's lease runs out."""
    expect_answers_within(60)
