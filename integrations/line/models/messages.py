"""What a message of ours is called by LINE, and what was taken back before we knew of it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from customers.ids import uuid7
from integrations.line.models.channels import LineChannel
from integrations.line.models.chats import LineChat
from talk.models import Message

LONGEST_TOKEN = 500


class LineMessage(models.Model):
    """One bubble in LINE. Theirs is one message of ours; of one of ours there may be several."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.ForeignKey(LineChannel, on_delete=models.CASCADE, db_index=False)
    line_id = models.CharField(max_length=40)
    chat = models.ForeignKey(
        LineChat, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="line_messages")
    # Of which user in a group or room; empty for what we have sent.
    user_id = models.CharField(max_length=33, blank=True)
    is_ours = models.BooleanField(default=False)
    quote_token = models.CharField(max_length=LONGEST_TOKEN, blank=True)
    # Marks this message and all before it as read; empty once it has been used.
    read_token = models.CharField(max_length=LONGEST_TOKEN, blank=True)
    occurred_at = models.DateTimeField()
    # By LINE's time: an older edit that comes later changes nothing.
    edited_at = models.DateTimeField(null=True, blank=True)
    unsent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "line_id"], name="line_message_once")
        ]
        indexes = [
            models.Index(
                fields=["chat", "-occurred_at"],
                condition=~Q(read_token=""),
                name="line_message_unread",
            )
        ]

    def __str__(self) -> str:
        return f"bubble {self.line_id}"


class Tombstone(models.Model):
    """A message that was taken back. What comes of it later is kept without anything in it."""

    id = models.BigAutoField(primary_key=True)
    channel = models.ForeignKey(LineChannel, on_delete=models.CASCADE, db_index=False)
    line_id = models.CharField(max_length=40)
    unsent_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "line_id"], name="line_tombstone_once")
        ]

    def __str__(self) -> str:
        return f"tombstone of {self.line_id}"
