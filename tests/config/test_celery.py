"""Celery's schedule is what the apps declare, and its jobs carry the request's id."""

from typing import Any

import pytest
from celery import current_app
from celery.signals import before_task_publish
from structlog.contextvars import bound_contextvars

from config import celery, heartbeats, tasks
from customers import tasks as customers


def test_the_schedule_is_what_the_apps_declare() -> None:
    found = celery.schedule()
    assert customers.BEAT.items() <= found.items()
    celery.app.loader.import_default_modules()
    unknown = [entry["task"] for entry in found.values() if entry["task"] not in celery.app.tasks]
    assert unknown == []


def test_a_name_declared_twice_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    [name, *_] = celery.schedule()
    monkeypatch.setattr(tasks, "BEAT", {name: {"task": "other", "schedule": 1}})
    with pytest.raises(ValueError, match=f"two apps declare the repeated job '{name}'"):
        celery.schedule()


def test_beat_uses_our_scheduler_which_keeps_nothing_on_disk() -> None:
    assert current_app.conf.beat_scheduler == "config.heartbeats:Scheduler"
    scheduler = heartbeats.Scheduler(celery.app, lazy=True)
    assert not hasattr(scheduler, "schedule_filename")


def test_a_job_carries_the_id_of_its_request() -> None:
    published: dict[str, Any] = {}
    queue = celery.app.connection_for_write("memory://")

    def keep(headers: dict[str, Any] | None = None, **_: Any) -> None:
        published.update(headers or {})

    before_task_publish.connect(keep)
    try:
        with bound_contextvars(request_id="browser-12345"), queue as link:
            celery.app.send_task("any.job", connection=link)
    finally:
        before_task_publish.disconnect(keep)
    assert published["__django_structlog__"]["request_id"] == "browser-12345"
