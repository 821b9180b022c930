"""Events become rows, all of a webhook in one transaction."""

from collections.abc import Iterable, Sequence
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction

from customers import clock
from integrations.line import wakes
from integrations.line.actions import health
from integrations.line.models import LineChat, LineEvent
from integrations.line.wire import Told


def store(channel_id: UUID, told: Sequence[Told]) -> None:
    """Keep what is new of it; what LINE tells again is passed over. Wakes whoever handles it.

    Returns once a twin that is being stored at the same moment is committed or gone.
    """
    try:
        _store(channel_id, told)
    except IntegrityError:  # a chat was erased meanwhile: it begins anew
        _store(channel_id, told)


@transaction.atomic
def _store(channel_id: UUID, told: Sequence[Told]) -> None:
    chats = _chats(channel_id, {each.chat_key for each in told})
    now = clock.now()
    # In one order: two webhooks that tell the same events would wait for each other.
    LineEvent.objects.bulk_create(
        [
            LineEvent(
                channel_id=channel_id,
                chat_id=chats[each.chat_key],
                webhook_event_id=each.webhook_event_id,
                type=each.type,
                line_message_id=each.line_message_id,
                mode=each.mode,
                is_redelivery=each.is_redelivery,
                occurred_at=min(each.occurred_at or now, now),
                raw=each.raw,
            )
            for each in sorted(told, key=lambda each: each.webhook_event_id)
        ],
        ignore_conflicts=True,
    )
    health.note_webhook(channel_id, is_redelivery=any(each.is_redelivery for each in told))
    for chat_id in chats.values():
        transaction.on_commit(partial(wakes.chats.tell, chat_id))


def _chats(channel_id: UUID, keys: Iterable[str]) -> dict[str, UUID]:
    """Return the ids of chats by their keys; begin those that nobody knew."""
    known = LineChat.objects.filter(channel_id=channel_id, chat_key__in=keys)
    found = dict(known.values_list("chat_key", "id"))
    missing = sorted(set(keys) - found.keys())
    if not missing:
        return found
    LineChat.objects.bulk_create(
        [LineChat(channel_id=channel_id, chat_key=key) for key in missing], ignore_conflicts=True
    )
    return dict(known.values_list("chat_key", "id"))
