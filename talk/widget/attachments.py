"""Files of a visitor: what they send, and what stands in their conversations."""

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from talk.actions.attachments import discard_upload, store_upload
from talk.downloads import attachment_response
from talk.errors import Invalid
from talk.queries.attachments import attachment_of
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


def discard_attachment(exchange: Exchange, attachment_id: UUID) -> HttpResponse:
    """Give up a file that the visitor has taken out of their message again."""
    visitor, _ = exchange.bearer
    limits.spend(limits.UPLOADS, "discards", visitor.profile_id.hex)
    discard_upload(visitor, attachment_id)
    return HttpResponse(status=204)


def attachment_content(exchange: Exchange, attachment_id: UUID) -> HttpResponseBase:
    visitor, _ = exchange.bearer
    limits.spend(limits.READS, "reads", visitor.profile_id.hex)
    return attachment_response(exchange.request, attachment_of(visitor, attachment_id))
