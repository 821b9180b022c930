"""What is read of LINE's tables by more than one part."""

from uuid import UUID

from integrations.line.models import FlexTemplate, LineChannel, LineChat
from talk.rows import TemplateRow


def channel_by_public_id(public_id: str) -> LineChannel | None:
    """Return the channel that the address of an active inbox belongs to."""
    active = LineChannel.objects.filter(inbox__is_active=True, inbox__kind="line")
    return active.filter(inbox__public_id=public_id).first()


def chat_of(inbox_id: UUID, profile_id: UUID) -> LineChat | None:
    """Return where the inbox's channel talks with a profile: the chat that was heard of last."""
    chats = LineChat.objects.filter(channel_id=inbox_id, profile_id=profile_id)
    return chats.select_related("channel").order_by("-last_event_at").first()


def templates_of(inbox_id: UUID) -> list[TemplateRow]:
    """Return what the inbox's operators may send ready made, in the order of the names."""
    offered = FlexTemplate.objects.filter(channel__inbox_id=inbox_id, is_offered=True)
    return [TemplateRow(each.id, each.name, each.alt, each.contents) for each in offered]
