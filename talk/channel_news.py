"""What channels are told while operators work: best effort, by a worker, outside transactions."""

import logging
from collections.abc import Callable
from uuid import UUID

from talk import channels
from talk.channels import Channel
from talk.models import Conversation

log = logging.getLogger(__name__)


def tell_typing(conversation_id: UUID) -> None:
    channel, _ = _found(conversation_id)
    if channel and channel.on_typing:
        _attempt(channel.on_typing, conversation_id)


def tell_read(conversation_id: UUID) -> None:
    """Tell how far it is read by now: of several marks the last one is enough."""
    channel, seq = _found(conversation_id)
    if channel and channel.on_read:
        _attempt(channel.on_read, conversation_id, seq)


def _found(conversation_id: UUID) -> tuple[Channel | None, int]:
    asked = Conversation.objects.filter(id=conversation_id)
    found = asked.values_list("inbox__kind", "operator_read_seq").first()
    return (channels.channel_of(found[0]), found[1]) if found else (None, 0)


def _attempt(hook: Callable[..., None], *told: object) -> None:
    try:
        hook(*told)
    except Exception:
        log.exception("a channel did not take soft news")
