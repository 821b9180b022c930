"""What people and groups are called, as LINE has told."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from customers.actions.resolving import NAME
from customers.actions.traits import tell_traits
from customers.cleaning import clean_text
from customers.models import Customer, Profile
from integrations.line import wire
from integrations.line.actions import authors
from integrations.line.actions.standing import tell_standing_now
from integrations.line.models import LineChat, LineMember
from integrations.line.saying import is_web_address

SOURCE = "line"
"""Weaker than every other source of a trait: a name in LINE is whatever somebody likes."""
LONGEST_NAME = 200


def name_chat(chat: LineChat, told: dict[str, Any], *, member_count: int | None = None) -> None:
    """Keep what LINE tells of a person or a group; without a word everything stays as it is.

    Nobody is asked again until a day has passed, or they follow anew, or a group's people change.
    Appends `conversation.changed` when a message to a group costs something else.
    """
    asked = {"profile_due_at": None, "profile_attempts": 0, "profile_at": Now()}
    name = _name(told, "displayName") or _name(told, "groupName")
    locale = wire.text(told, "language")[:16]
    found = {
        "name": name,
        "picture_url": _picture(told),
        "locale": locale,
        "member_count": member_count,
    }
    with transaction.atomic():
        kept = {field: value for field, value in found.items() if value}
        LineChat.objects.filter(id=chat.id).update(**asked, **kept)
        if chat.profile_id is not None and name:
            _name_customer(chat.profile_id, name, locale)
        if member_count is not None:
            tell_standing_now(chat.id)


def name_member(member: LineMember, told: dict[str, Any]) -> None:
    """Keep the name of somebody in a group, and put it into what they said before.

    Appends `message.changed` for each of these messages.
    """
    name = _name(told, "displayName")
    with transaction.atomic():
        rows = LineMember.objects.filter(id=member.id)
        rows.update(due_at=None, attempts=0, fetched_at=Now())
        if name:
            rows.update(name=name, picture_url=_picture(told))
            member.refresh_from_db()
            authors.name_messages(member)


def _name_customer(profile_id: UUID, name: str, locale: str) -> None:
    try:
        tell_traits(profile_id, {NAME: name}, source=SOURCE)
    except Profile.DoesNotExist:
        return  # they were erased meanwhile
    if locale:
        Customer.objects.filter(profiles__id=profile_id, locale="").update(locale=locale)


def _name(told: dict[str, Any], name: str) -> str:
    return clean_text(wire.text(told, name).strip(), LONGEST_NAME)


def _picture(told: dict[str, Any]) -> str:
    url = wire.text(told, "pictureUrl")
    return url if is_web_address(url) else ""
