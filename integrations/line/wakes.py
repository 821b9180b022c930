"""Waking a worker early (`talk.wakes`). What is lost here the sweepers find within seconds."""

from celery import current_app

from talk.wakes import Wakes


def _handle(id: str) -> object:
    return current_app.send_task("integrations.line.tasks.handle_chat", [id])


def _fetch(id: str) -> object:
    return current_app.send_task("integrations.line.tasks.fetch_content", [id])


def _ask_quota(id: str) -> object:
    return current_app.send_task("integrations.line.tasks_sending.ask_quota", [id])


def _ask(id: str) -> object:
    return current_app.send_task("integrations.line.tasks.ask_names", [id])


def _greet(id: str) -> object:
    return current_app.send_task("integrations.line.tasks.greet_group", [id])


chats = Wakes(_handle)
greetings = Wakes(_greet)
names = Wakes(_ask)
contents = Wakes(_fetch)
quotas = Wakes(_ask_quota)
