"""Attachments, for those who may have them."""

from uuid import UUID

from talk.errors import NotFound
from talk.models import Attachment
from talk.policy import Actor, Permission, Visitor, require


def attachment_of(asker: Actor | Visitor, attachment_id: UUID) -> Attachment:
    """Return the attachment, or raise `NotFound`, also for what is not the asker's to see.

    What no message has claimed yet is its uploader's alone.
    """
    found = Attachment.objects.select_related("message__conversation").filter(id=attachment_id)
    attachment = found.first()
    if attachment is None or not _may_have(asker, attachment):
        raise NotFound
    return attachment


def _may_have(asker: Actor | Visitor, attachment: Attachment) -> bool:
    if isinstance(asker, Visitor):
        return _is_visitors(asker, attachment)
    require(asker, Permission.CONVERSATION_READ, attachment.inbox_id)
    return attachment.message_id is not None or attachment.operator_id == asker.operator_id


def _is_visitors(visitor: Visitor, attachment: Attachment) -> bool:
    if attachment.inbox_id != visitor.inbox_id:
        return False
    if attachment.message is None:
        return attachment.profile_id == visitor.profile_id
    return attachment.message.conversation.profile_id in visitor.profile_ids
