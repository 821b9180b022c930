"""Files of a visitor: what they send, and what stands in their conversations."""

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import HttpResponse

from talk.actions.attachments import store_upload
from talk.downloads import attachment_response
from talk.errors import Invalid, NotFound
from talk.models import Attachment
from talk.policy import Visitor
from talk.rows import VisitorAttachmentRow
from talk.widget import limits
from talk.widget.exchange import Exchange


def upload_attachment(exchange: Exchange) -> VisitorAttachmentRow:
    """Keep a file (multipart, field `file`) that one of the visitor's next messages may carry."""
    visitor, inbox = exchange.bearer
    limits.spend(limits.UPLOADS, "uploads", visitor.profile_id.hex)
    file = exchange.request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Invalid("file", "There is no file")
    kept = store_upload(visitor, inbox, file)
    return VisitorAttachmentRow(
        id=kept.id,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        width=kept.width,
        height=kept.height,
    )


def attachment_content(exchange: Exchange, attachment_id: UUID) -> HttpResponse:
    visitor, _ = exchange.bearer
    limits.spend(limits.READS, "reads", visitor.profile_id.hex)
    return attachment_response(exchange.request, _own_attachment(visitor, attachment_id))


def _own_attachment(visitor: Visitor, attachment_id: UUID) -> Attachment:
    """Return a file of the visitor's conversations, or one they have uploaded but not sent yet."""
    said = Q(message__conversation__profile_id=visitor.profile_id)
    waiting = Q(message=None, profile_id=visitor.profile_id)
    found = Attachment.objects.filter(
        said | waiting, id=attachment_id, inbox_id=visitor.inbox_id
    ).first()
    if found is None:
        raise NotFound
    return found
