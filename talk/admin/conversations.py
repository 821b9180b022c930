"""Conversations and what is in them, for looking things up."""

from typing import Any

import msgspec
from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from talk.admin.read_only import MaskedAdmin, ReadOnlyAdmin
from talk.frames import veiled_rows
from talk.masking import FieldMask
from talk.models import Attachment, Conversation, Delivery, Event, Message, Note

LONGEST_SHOWN = 60


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "customer", "inbox", "status", "assignee", "team", "last_at")
    list_filter = ("status", "inbox")
    list_select_related = ("inbox", "customer", "assignee", "team")
    search_fields = ("=id", "=customer__id")
    ordering = ("-last_at",)


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "sender", "operator", "beginning", "created_at")
    list_filter = ("sender",)
    list_select_related = ("conversation", "operator")
    search_fields = ("=id", "=conversation__id")
    ordering = ("-id",)

    @admin.display(description=_("text"))
    def beginning(self, message: Message) -> str:
        return Truncator(message.body).chars(LONGEST_SHOWN)


@admin.register(Note)
class NoteAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "kind", "operator", "beginning", "created_at")
    list_filter = ("kind",)
    list_select_related = ("conversation", "operator")
    search_fields = ("=id", "=conversation__id")
    ordering = ("-id",)

    @admin.display(description=_("text"))
    def beginning(self, note: Note) -> str:
        return Truncator(note.body).chars(LONGEST_SHOWN)


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    list_display = ("name", "media_type", "length", "inbox", "message", "created_at")
    list_select_related = ("inbox", "message")
    search_fields = ("=id", "=message__id")
    hidden = ("file",)  # it is not served by its path
    ordering = ("-id",)

    @admin.display(description=_("size"), ordering="size")
    def length(self, attachment: Attachment) -> str:
        return filesizeformat(attachment.size)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("message", "state", "reason", "attempts", "due_at", "updated_at")
    list_filter = ("state",)
    list_select_related = ("message",)
    search_fields = ("=message__id",)
    ordering = ("-updated_at",)


def shown_rows(mask: FieldMask, event: Event) -> Any:
    return msgspec.json.decode(veiled_rows(msgspec.json.encode(event.rows).decode(), mask.veil))


@admin.register(Event)
class EventAdmin(MaskedAdmin):
    masked = {"rows": shown_rows}  # noqa: RUF012  # typed as such by its base
    list_display = ("id", "at", "kind", "inbox_id", "conversation_id", "version")
    list_filter = ("kind",)
    search_fields = ("=conversation_id",)
    ordering = ("-id",)
