"""How channels stand, told to consoles: written by integrations, and by nobody else."""

from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import F

from talk import events
from talk.channel_states import ConversationChannel, InboxChannel
from talk.models import Conversation, Inbox


@transaction.atomic
def tell_conversation(conversation_id: UUID, state: ConversationChannel) -> bool:
    """Appends `conversation.changed`; False when it stood so already, or was erased."""
    plain: dict[str, Any] = msgspec.to_builtins(state)
    changed = (
        Conversation.objects.filter(id=conversation_id, erased_at=None)
        .exclude(channel=plain)
        .update(channel=plain, version=F("version") + 1)
    )
    if changed:
        events.append("conversation.changed", conversation_id=conversation_id)
    return bool(changed)


@transaction.atomic
def tell_inbox(inbox_id: UUID, state: InboxChannel) -> bool:
    """Appends `inbox.changed`; False when it stood so already."""
    plain: dict[str, Any] = msgspec.to_builtins(state)
    changed = (
        Inbox.objects.filter(id=inbox_id)
        .exclude(channel=plain)
        .update(channel=plain, version=F("version") + 1)
    )
    if changed:
        events.append_inbox(inbox_id=inbox_id)
    return bool(changed)
