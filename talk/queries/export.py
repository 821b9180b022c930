"""What this layer holds of one customer: conversations, with what was said in and about them."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from customers.export import Record, in_parts
from talk.masking import FieldMask
from talk.models import (
    Attachment,
    Conversation,
    CustomerNote,
    Label,
    Message,
    Note,
    ProfileLabel,
)
from talk.veils import LABELS, NAME, NOTES, nameless


def marks_sections(customer_id: UUID, mask: FieldMask) -> dict[str, Iterable[Record]]:
    """Labels of the customer and notes about them; of what the mask hides, nothing."""
    own = {"profile__customer_id": customer_id}
    labels = ProfileLabel.objects.filter(**own).order_by("id").select_related("label")
    notes = CustomerNote.objects.filter(**own).order_by("created_at", "id")
    return {
        "customer_labels": [
            {"profile_id": one.profile_id, "label": one.label.name, "at": one.created_at}
            for one in (labels if mask.shows(LABELS) else ())
        ],
        "customer_notes": [
            {
                "profile_id": one.profile_id,
                "at": one.created_at,
                "changed_at": one.changed_at,
                "author": one.operator.name,
                "body": one.body,
            }
            for one in (notes.select_related("operator") if mask.shows(NOTES) else ())
        ],
    }


def conversation_sections(customer_id: UUID, mask: FieldMask) -> dict[str, Iterable[Record]]:
    names = dict(Label.objects.values_list("id", "name"))
    own = {"conversation__customer_id": customer_id}
    return {
        "conversations": (
            {
                "id": one.id,
                "inbox": one.inbox.name,
                "status": one.status,
                "labels": [names[id] for id in one.label_ids],
                "at": one.created_at,
                "resolved_at": one.resolved_at,
            }
            for one in Conversation.objects.filter(customer_id=customer_id)
            .select_related("inbox")
            .order_by("created_at", "id")
        ),
        "messages": (
            {
                "conversation_id": one.conversation_id,
                "seq": one.seq,
                "at": one.created_at,
                "sender": one.sender,
                "author": one.operator.name if one.operator else "",
                "body": one.body,
                "said": _said(one.data, mask),
            }
            for one in in_parts(
                Message.objects.filter(**own).select_related("operator"), "conversation_id", "seq"
            )
        ),
        "notes": (
            {
                "conversation_id": one.conversation_id,
                "at": one.created_at,
                "kind": one.kind,
                "author": one.operator.name if one.operator else "",
                "body": one.body,
            }
            for one in in_parts(
                Note.objects.filter(**own, kind=Note.Kind.NOTE).select_related("operator"),
                "conversation_id",
                "version",
            )
        ),
        "attachments": _attachments(customer_id),
    }


def _said(data: dict[str, Any], mask: FieldMask) -> dict[str, Any]:
    """Return what was said beside words: a sticker, a place, a button (`talk.said`). Files have a
    section of their own.
    """
    told = {name: value for name, value in data.items() if name != "attachments"}
    return told if mask.shows(NAME) else nameless(told, lambda _name: "")


def _attachments(customer_id: UUID) -> Iterator[Record]:
    """The files themselves are fetched one by one, by whoever may read the conversation."""
    sent = Attachment.objects.filter(message__conversation__customer_id=customer_id)
    waiting = Attachment.objects.filter(profile__customer_id=customer_id, message=None)
    for one in in_parts((sent | waiting).select_related("message"), "created_at", "id"):
        yield {
            "id": one.id,
            "conversation_id": one.message.conversation_id if one.message else None,
            "at": one.created_at,
            "sender": one.message.sender if one.message else "customer",
            "name": one.name,
            "media_type": one.media_type,
            "size": one.size,
            "download": _download(one),
        }


def _download(one: Attachment) -> str:
    """Return where the file is; nobody but its sender gets one that was not sent yet."""
    path = reverse("attachment-content", args=[one.id]) if one.message else ""
    return f"{settings.PUBLIC_URL}{path}" if path else ""
