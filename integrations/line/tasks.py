"""Jobs. Each finds its work as rows; a lost wake-up costs seconds, never work."""

import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from uuid import UUID

from celery import shared_task

from integrations.line import content, followers, greeting, profiles, quota
from integrations.line.actions import chats, contents, forgetting, leftovers, menus, parts

Id = TypeVar("Id")
log = logging.getLogger(__name__)
BEAT: dict[str, dict[str, Any]] = {
    "line-sweep-chats": {"task": "integrations.line.tasks.sweep_chats", "schedule": 5.0},
    "line-sweep-contents": {"task": "integrations.line.tasks.sweep_contents", "schedule": 2.0},
    "line-sweep-profiles": {"task": "integrations.line.tasks.sweep_profiles", "schedule": 5.0},
    "line-sweep-menus": {"task": "integrations.line.tasks.sweep_menus", "schedule": 5.0},
    "line-ask-quotas": {"task": "integrations.line.tasks.ask_quotas", "schedule": 60.0},
    "line-ask-followers": {
        "task": "integrations.line.tasks.ask_followers",
        "schedule": 300.0,
    },
    "line-leave-groups": {"task": "integrations.line.tasks.leave_groups", "schedule": 600.0},
    "line-forget": {"task": "integrations.line.tasks.forget_used", "schedule": 3600.0},
}


@shared_task
def handle_chat(chat_id: str) -> None:
    """Handle one chat's events now (`wakes.chats`)."""
    chats.handle_chat(UUID(chat_id))


@shared_task
def ask_names(chat_id: str) -> None:
    """Ask for the names that are due now (`wakes.names`); of others than this chat as well."""
    profiles.ask_due()


@shared_task
def fetch_content(content_id: str) -> None:
    """Try one file now (`wakes.contents`)."""
    content.fetch(UUID(content_id))


@shared_task
def greet_group(chat_id: str) -> None:
    """Tell a group that we do not take part in it (`wakes.greetings`)."""
    greeting.greet(UUID(chat_id))


@shared_task
def ask_quota(channel_id: str) -> None:
    """Ask how much of the month is used (`wakes.quotas`)."""
    quota.look_again(UUID(channel_id))


@shared_task
def sweep_chats() -> None:
    """Handle what nobody was woken for, what was put off, and what a dead worker has left."""
    _each(chats.due_chats(), chats.handle_chat)


@shared_task
def sweep_contents() -> None:
    _each(contents.due(), content.fetch)


@shared_task
def sweep_profiles() -> None:
    profiles.ask_due()


@shared_task
def sweep_menus() -> None:
    """Tell LINE whose rich menu is which, and take away what it has too much."""
    _each(menus.due_links(), menus.apply_link)
    _each(leftovers.due(), leftovers.tidy)


@shared_task
def ask_quotas() -> None:
    """Ask for all whose numbers are old."""
    for channel_id in quota.stale_channels():
        quota.look_again(channel_id)


@shared_task
def ask_followers() -> None:
    """Learn which of those that we do not know are friends."""
    _each(followers.due_channels(), followers.ask)


@shared_task
def leave_groups() -> None:
    """Leave those that are to be left and were not, as LINE did not answer."""
    _each(greeting.groups_to_leave(), greeting.leave)


@shared_task
def forget_used() -> None:
    """Remove tokens that nobody can use any more, and words that nobody will send again."""
    forgetting.forget_tokens()
    parts.forget_words()


def _each(ids: Iterable[Id], work: Callable[[Id], object]) -> None:
    """A fault of one must not stop the others."""
    for id in ids:
        try:
            work(id)
        except Exception as error:  # noqa: BLE001  # its text may hold what somebody wrote
            log.error("%s of %s ended oddly: %s", work.__name__, id, type(error).__name__)
