"""Asking LINE for names: of persons, of groups, and of who writes in groups.

A row's time of asking is moved on before the question: that is its lease, and its next try.
"""

import threading
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import structlog
from django.db.models.functions import Now

from integrations.line import calls
from integrations.line.actions import health, names
from integrations.line.client import Answer, NoAnswer, NotSent
from integrations.line.models import LineChannel, LineChat, LineMember
from integrations.line.tokens import Unauthorised

MOST_TRIES = 8
MOST_MEMBERS = 10_000  # LINE's groups have at most some hundreds
ENDPOINTS = {"user": "/v2/bot/profile/{}", "group": "/v2/bot/group/{}/summary"}
COUNTS = {"group": "/v2/bot/group/{}/members/count", "room": "/v2/bot/room/{}/members/count"}
MEMBERS = {"group": "/v2/bot/group/{}/member/{}", "room": "/v2/bot/room/{}/member/{}"}


_turn = threading.Lock()
Id = TypeVar("Id")
log = structlog.stdlib.get_logger("sobani.line")


def ask_due() -> None:
    """Ask for all names that are due, one after another.

    One thread of a process does: when LINE is slow, the others still handle what it tells. Who
    found it taken is heard of, as whoever has it looks again when they are done.
    """
    while is_due() and _turn.acquire(blocking=False):
        try:
            _each(due_chats(), ask_chat)
            _each(due_members(), ask_member)
        finally:
            _turn.release()


def is_due() -> bool:
    return bool(due_chats() or due_members())


def _each(ids: Iterable[Id], ask: Callable[[Id], None]) -> None:
    """A fault of one must not stop the others; it is asked for again later."""
    for id in ids:
        try:
            ask(id)
        except Exception as error:  # noqa: BLE001  # its text may hold what somebody is called
            log.error("line_name_failed", id=str(id), error=type(error).__name__)


def due_chats() -> list[UUID]:
    rows = LineChat.objects.filter(profile_due_at__lte=Now()).order_by("profile_due_at")
    return list(rows.values_list("id", flat=True)[:200])


def due_members() -> list[int]:
    rows = LineMember.objects.filter(due_at__lte=Now()).order_by("due_at")
    return list(rows.values_list("id", flat=True)[:200])


def ask_chat(chat_id: UUID) -> None:
    """Learn what a person or a group is called; who does not tell any more keeps their name."""
    rows = LineChat.objects.filter(id=chat_id, profile_due_at__lte=Now())
    chat = rows.select_related("channel").first()
    if chat is None:
        return
    tries = chat.profile_attempts
    mine = rows.filter(profile_attempts=tries)
    if not mine.update(profile_due_at=Now() + _wait(tries), profile_attempts=tries + 1):
        return
    endpoint = ENDPOINTS.get(chat.kind)
    answer = _ask(chat.channel, endpoint, chat.line_id) if endpoint else Answer(404)
    if answer is not None or tries >= MOST_TRIES:
        told = answer.body if answer and answer.is_ok else {}
        names.name_chat(chat, told, member_count=_members_of(chat))


def ask_member(member_id: int) -> None:
    """Learn what somebody is called who has written in a group: friend of ours or not."""
    rows = LineMember.objects.filter(id=member_id, due_at__lte=Now())
    member = rows.select_related("chat__channel").first()
    if member is None:
        return
    tries, chat = member.attempts, member.chat
    if not rows.filter(attempts=tries).update(due_at=Now() + _wait(tries), attempts=tries + 1):
        return
    endpoint = MEMBERS.get(chat.kind)
    at = (chat.line_id, member.user_id)
    answer = _ask(chat.channel, endpoint, *at) if endpoint else Answer(404)
    if answer is not None or tries >= MOST_TRIES:
        names.name_member(member, answer.body if answer and answer.is_ok else {})


def _members_of(chat: LineChat) -> int | None:
    """Return how many people a group has, None where LINE does not tell."""
    endpoint = COUNTS.get(chat.kind)
    answer = _ask(chat.channel, endpoint, chat.line_id) if endpoint else None
    count = answer.body.get("count") if answer and answer.is_ok else None
    return count if isinstance(count, int) and 0 < count < MOST_MEMBERS else None


def _wait(tries: int) -> timedelta:
    return timedelta(seconds=5 * 2**tries)


def _ask(channel: LineChannel, endpoint: str, *at: str) -> Answer | None:
    """Return what LINE says for good, None for what is to be asked again."""
    try:
        answer = calls.call(channel, "GET", endpoint, *at)
    except Unauthorised:
        health.note_error(channel.pk, "unauthorised")
        return None
    except (NotSent, NoAnswer):
        return None
    is_passing = answer.status >= 500 or answer.status in (401, 408, 429)
    return None if is_passing else answer
