"""How many messages of this month are used: what LINE says, and what we have pushed since."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from customers import clock
from integrations.line import wakes
from integrations.line.calls import call
from integrations.line.client import NoAnswer, NotSent
from integrations.line.models import LineChannel, LineChat
from integrations.line.tokens import Unauthorised
from talk.actions.channel_state import tell_inbox
from talk.channel_states import InboxChannel, Quota
from talk.models import Inbox

STALE = timedelta(minutes=10)
TOKYO = ZoneInfo("Asia/Tokyo")  # where LINE's months begin
RECENT = timedelta(seconds=30)
log = structlog.stdlib.get_logger("sobani.line")
WARNINGS = (100, 95, 80)  # per cent


class Unheard(Exception):
    """LINE did not tell."""


def refresh(channel: LineChannel) -> None:
    """Ask LINE and tell the consoles. Raises `Unheard`."""
    limit = _asked(channel, "/v2/bot/message/quota")
    used = _asked(channel, "/v2/bot/message/quota/consumption")
    is_limited = limit.get("type") == "limited"
    _keep(channel, int(used.get("totalUsage", 0)), int(limit["value"]) if is_limited else None)


def is_used_up(channel: LineChannel, chat: LineChat) -> bool:
    """Ask LINE whether a push to this chat is more than is left: a 429 may also mean that we are
    too fast. False where LINE does not tell.
    """
    try:
        refresh(channel)
    except Unheard:
        return False
    limit = channel.quota.get("limit")
    return limit is not None and channel.quota["used"] + max(1, _cost(chat)) > limit


def count(channel: LineChannel, chat: LineChat) -> None:
    """Count a push until LINE tells: one to a group counts for each of its members."""
    if channel.quota and _is_of_this_month(channel):
        _add(channel, _cost(chat))
    if chat.kind != "user" or _is_stale(channel):
        wakes.quotas.tell(channel.pk)


def _cost(chat: LineChat) -> int:
    return 1 if chat.kind == "user" else chat.member_count or 0


def look_again(channel_id: UUID) -> None:
    """Ask LINE, unless somebody has just done so."""
    channel = LineChannel.objects.get(pk=channel_id)
    at = channel.quota_at
    if at is not None and clock.now() - at < RECENT and _is_of_this_month(channel):
        return
    try:
        refresh(channel)
    except Unheard:
        log.info("line_quota_unheard", channel=channel_id)


def stale_channels() -> list[UUID]:
    """Return the channels of active inboxes whose numbers are old, or of another month."""
    old = Q(quota_at__isnull=True) | Q(quota_at__lt=max(clock.now() - STALE, _months_begin()))
    rows = LineChannel.objects.filter(old, inbox__is_active=True)
    return list(rows.values_list("pk", flat=True))


def warning(quota: dict[str, Any]) -> int:
    """Return which of 80, 95 and 100 per cent is reached; 0 for none."""
    limit = quota.get("limit")
    if limit is None:
        return 0
    return next((each for each in WARNINGS if quota["used"] * 100 >= limit * each), 0)


@transaction.atomic
def _add(channel: LineChannel, cost: int) -> None:
    # Under the row's lock: two workers that push at once count both.
    channel.quota = LineChannel.objects.select_for_update(no_key=True).get(pk=channel.pk).quota
    channel.quota["used"] += cost
    LineChannel.objects.filter(pk=channel.pk).update(quota=channel.quota)
    _tell(channel)


def _asked(channel: LineChannel, endpoint: str) -> dict[str, Any]:
    try:
        answer = call(channel, "GET", endpoint)
    except (NotSent, NoAnswer, Unauthorised) as error:
        raise Unheard from error
    if not answer.is_ok:
        raise Unheard
    return answer.body


@transaction.atomic
def _keep(channel: LineChannel, used: int, limit: int | None) -> None:
    channel.quota = {"used": used, "limit": limit}
    LineChannel.objects.filter(pk=channel.pk).update(quota=channel.quota, quota_at=Now())
    channel.refresh_from_db(fields=["quota_at"])
    _tell(channel)


def _tell(channel: LineChannel) -> None:
    at = channel.quota_at
    if at is None:
        return
    _warn(channel)
    told = Quota(**channel.quota, at=at.isoformat().replace("+00:00", "Z"))
    before = Inbox.objects.values_list("channel", flat=True).get(id=channel.pk)
    tell_inbox(channel.pk, InboxChannel(quota=told, health=before.get("health", "")))


def _warn(channel: LineChannel) -> None:
    """Say once when a limit comes near, and each time that it is nearer."""
    before = (Inbox.objects.values_list("channel", flat=True).get(id=channel.pk)).get("quota") or {}
    reached = warning(channel.quota)
    if reached > (warning(before) if before else 0):
        log.warning("line_quota", channel=channel.pk, per_cent=reached)


def _is_stale(channel: LineChannel) -> bool:
    at = channel.quota_at
    return at is None or clock.now() - at > STALE or not _is_of_this_month(channel)


def _is_of_this_month(channel: LineChannel) -> bool:
    return channel.quota_at is not None and channel.quota_at >= _months_begin()


def _months_begin() -> datetime:
    today: datetime = clock.now().astimezone(TOKYO)
    return today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
