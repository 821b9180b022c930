"""Conversations and what is in them, for looking things up."""

from django.contrib import admin

from talk.admin.read_only import ReadOnlyAdmin
from talk.models import Attachment, Conversation, Delivery, Event, Message, Note


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    list_display = ("id", "inbox", "customer", "status", "assignee", "team", "last_at")
    list_filter = ("status", "inbox")
    list_select_related = ("inbox", "customer", "assignee", "team")
    search_fields = ("=id", "=customer__id")
    ordering = ("-last_at",)


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("id", "conversation", "seq", "sender", "operator", "created_at")
    list_filter = ("sender",)
    list_select_related = ("conversation", "operator")
    search_fields = ("=id", "=conversation__id")
    ordering = ("-id",)


@admin.register(Note)
class NoteAdmin(ReadOnlyAdmin):
    list_display = ("id", "conversation", "kind", "operator", "created_at")
    list_filter = ("kind",)
    list_select_related = ("conversation", "operator")
    search_fields = ("=id", "=conversation__id")
    ordering = ("-id",)


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    list_display = ("id", "name", "media_type", "size", "inbox", "message", "created_at")
    list_select_related = ("inbox", "message")
    search_fields = ("=id", "=message__id")
    hidden = ("file",)  # it is not served by its path
    ordering = ("-id",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("message_id", "state", "reason", "attempts", "due_at", "updated_at")
    list_filter = ("state",)
    search_fields = ("=message__id",)
    ordering = ("-updated_at",)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("id", "at", "kind", "inbox_id", "conversation_id", "version")
    list_filter = ("kind",)
    search_fields = ("=conversation_id",)
    ordering = ("-id",)
