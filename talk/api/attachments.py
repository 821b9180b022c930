"""Attachments: put one up, take it back, get one."""

from django.core.files.uploadedfile import UploadedFile
from django.http.response import HttpResponseBase
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from talk import queries
from talk.actions.attachments import discard_upload, store_upload
from talk.actions.messages import attachment_row
from talk.api.edge import Edge
from talk.api.idempotency import repeatable
from talk.api.inputs import NewAttachment, Nothing
from talk.api.parsing import read_body, read_id, read_query
from talk.api.schema import describe
from talk.downloads import attachment_response
from talk.errors import Invalid
from talk.models import Inbox
from talk.queries.attachments import attachment_of
from talk.rows import AttachmentRow

FORM = {
    "type": "object",
    "required": ["conversation_id", "file"],
    "properties": {
        "conversation_id": {"type": "string", "format": "uuid"},
        "file": {"type": "string", "format": "binary"},
    },
}


class Attachments(Edge):
    parser_classes = (MultiPartParser,)

    @describe(
        "uploadAttachment",
        "Upload a file for a message",
        form=FORM,
        answer=AttachmentRow,
        status=201,
        repeats=True,
    )
    @repeatable
    def post(self, request: Request) -> Response:
        """It waits 24 hours for `attachment_ids` of a message of the same operator and inbox."""
        sent = read_body(NewAttachment, request.POST.dict())
        file = one_file(request)
        conversation = queries.conversation_row(self.actor, sent.conversation_id)
        inbox = Inbox.objects.get(id=conversation.inbox_id)
        return Response(attachment_row(store_upload(self.actor, inbox, file)), status=201)


def one_file(request: Request) -> "UploadedFile[bytes]":
    files: list[UploadedFile[bytes]] = request.FILES.getlist("file")
    unknown = next((name for name in request.FILES if name != "file"), None)
    if unknown is not None:
        raise Invalid(unknown, "Object contains an unknown field")
    if len(files) != 1:
        raise Invalid("file", "Exactly one file is expected")
    return files[0]


class Attachment(Edge):
    @describe("discardAttachment", "Discard a file that no message has", status=204)
    def delete(self, request: Request, id: str) -> Response:
        """Of the operator's own uploads; what a message has is part of it and is not found here."""
        read_query(Nothing, request.query_params)
        discard_upload(self.actor, read_id(id, "id"))
        return Response(status=204)


class AttachmentContent(Edge):
    @describe("attachment", "Get a file", answer=bytes, media_type="application/octet-stream")
    def get(self, request: Request, id: str) -> HttpResponseBase:
        """Pictures may be shown in place; everything else is a download."""
        read_query(Nothing, request.query_params)
        attachment = attachment_of(self.actor, read_id(id, "id"))
        return attachment_response(request._request, attachment)
