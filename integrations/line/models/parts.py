"""The calls that carry one message of ours to LINE."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from integrations.line.models.chats import LineChat
from integrations.line.models.events import ReplyToken
from talk.models import Message


class LinePart(models.Model):
    """One call with up to five bubbles. Its bytes are written before the first attempt.

    A push is repeated with the same key and the same bytes; a reply is never repeated as a push
    when nobody knows whether LINE took it.
    """

    class Method(models.TextChoices):
        REPLY = "reply", _("Reply")
        PUSH = "push", _("Push")

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        ACCEPTED = "accepted", _("Accepted")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Unknown")

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="line_parts", db_index=False
    )
    chat = models.ForeignKey(LineChat, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=5, choices=Method.choices, blank=True)
    reply_token = models.ForeignKey(
        ReplyToken, on_delete=models.SET_NULL, related_name="parts", null=True, blank=True
    )
    retry_key = models.UUIDField(default=uuid.uuid4, editable=False)
    # The message objects, as JSON text: what is repeated is the same byte for byte.
    # Gone when it is settled: what was said stands in the message. Of a push that may have been
    # taken they stay for a day.
    messages = models.TextField(blank=True)
    bubbles = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # The delivery's `asked` when it was tried last, or settled.
    asked = models.PositiveSmallIntegerField(default=0, db_default=0)
    # An answer was lost, or its worker: LINE may have taken the call already.
    is_unsure = models.BooleanField(default=False)
    # LINE knows a retry key for 24 hours from then on.
    first_tried_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    request_id = models.CharField(max_length=100, blank=True)
    # [{"id": …, "quoteToken": …}], in the order of the bubbles
    sent = models.JSONField(default=list)
    error = models.CharField(_("error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("LINE call")
        verbose_name_plural = _("LINE calls")
        constraints = [
            models.UniqueConstraint(fields=["message", "position"], name="line_part_once"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending", "accepted", "failed", "unknown"]),
                name="line_part_state",
            ),
            models.CheckConstraint(
                condition=Q(method__in=["", "reply", "push"]), name="line_part_method"
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=~Q(messages=""), name="line_part_words")
        ]

    def __str__(self) -> str:
        return f"call {self.position} of {self.message_id}"
