"""What is news to consoles when customers change; `customers` itself knows no conversations."""

from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Now
from django.dispatch import receiver

from customers.signals import (
    context_changed,
    context_rebuilt,
    customer_erased,
    customer_renamed,
    profiles_moved,
)
from talk import events
from talk.actions import handover, inquiries, marks
from talk.actions.access import end_tokens_of_others, revoke_profile_tokens
from talk.models import Conversation


@receiver(context_changed)
def tell_of_context(sender: Any, customer_id: UUID, **_: Any) -> None:
    """Append `context.changed`: an operator may have any of the customer's conversations open."""
    events.append_context(customer_id=customer_id)


@receiver(context_rebuilt)
def count_inquiries(sender: Any, customer_id: UUID, **_: Any) -> None:
    """Joined or parted, the customer's conversations are others."""
    inquiries.count(customer_id)


@receiver(context_rebuilt)
def tell_of_marks(sender: Any, customer_id: UUID, **_: Any) -> None:
    """What is kept for a profile goes where it goes."""
    marks.tell_anew(customer_id)


@receiver(customer_renamed)
def tell_of_name(sender: Any, customer_id: UUID, **_: Any) -> None:
    """The name is part of the conversation's row, so the row changes with it."""
    _change(_locked(Q(customer_id=customer_id)))


@receiver(customer_erased)
def end_tokens_of_erased(sender: Any, profile_ids: list[UUID], **_: Any) -> None:
    """Their sockets close; a browser that comes back begins as somebody new."""
    for profile_id in profile_ids:
        revoke_profile_tokens(profile_id)


@receiver(customer_erased)
def close_conversations_of_erased(
    sender: Any, customer_id: UUID, profile_ids: list[UUID], **_: Any
) -> None:
    """Who is storing a message holds the lock, or finds the mark. Told of with the name."""
    ids = _locked(Q(customer_id=customer_id) | Q(profile_id__in=profile_ids))
    Conversation.objects.filter(id__in=ids).update(erased_at=Now())


@receiver(profiles_moved)
def take_conversations_along(
    sender: Any, profile_ids: list[UUID], customer_id: UUID, source_id: UUID, **_: Any
) -> None:
    """A conversation keeps its profile, and is its customer's.

    Locked are all conversations of both: their names may change next, and whoever stores messages
    locks in the same order.
    """
    events.append_member_change(profile_ids=profile_ids)
    both = _locked(Q(customer_id__in=(customer_id, source_id)) | Q(profile_id__in=profile_ids))
    own = Conversation.objects.filter(profile_id__in=profile_ids).order_by("id")
    _change(list(own.values_list("id", flat=True)), customer_id=customer_id)
    handover.give_back_parted(both)


@receiver(profiles_moved)
def end_tokens_of_parted(sender: Any, profile_ids: list[UUID], customer_id: UUID, **_: Any) -> None:
    """Sockets that were opened as a member must not go on showing what is the member's."""
    end_tokens_of_others(profile_ids, customer_id)


def _locked(which: Q) -> list[UUID]:
    locked = Conversation.objects.select_for_update().filter(which).order_by("id")
    return list(locked.values_list("id", flat=True))


def _change(ids: list[UUID], **values: Any) -> None:
    Conversation.objects.filter(id__in=ids).update(version=F("version") + 1, **values)
    if ids:
        events.append_conversations(ids)
