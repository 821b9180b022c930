"""What LINE has told us, as it came: rows that are committed before LINE gets its 200."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from integrations.line.models.channels import LineChannel
from integrations.line.models.chats import LineChat

OPEN = ["pending", "failed"]  # what failed is tried again, more seldom


class LineEvent(models.Model):
    """One webhook event. Handled in the order of `occurred_at` within its chat, exactly once.

    `ignored` is what we know of and do nothing with, or do not know at all; its raw form stays
    until it is 30 days old, as that of all others. What was taken back is `redacted`: nothing of
    what was said is left in it.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        DONE = "done", _("Done")
        IGNORED = "ignored", _("Ignored")
        FAILED = "failed", _("Failed")
        REDACTED = "redacted", _("Taken back")

    id = models.BigAutoField(primary_key=True)
    channel = models.ForeignKey(
        LineChannel, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    # LINE's ULID; where there is none a digest of the event (`wire.event_id`).
    webhook_event_id = models.CharField(max_length=64)
    type = models.CharField(_("type"), max_length=40)
    chat = models.ForeignKey(
        LineChat, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    # LINE's id of the message that it is about, where it is about one.
    line_message_id = models.CharField(max_length=40, blank=True)
    mode = models.CharField(max_length=16, blank=True)
    is_redelivery = models.BooleanField(default=False)
    occurred_at = models.DateTimeField(_("occurred at"))
    received_at = models.DateTimeField(_("received at"), db_default=Now(), editable=False)
    raw = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due at"), db_default=Now())
    # The class of what went wrong, never its text: that may hold what somebody wrote.
    error = models.CharField(_("error"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("LINE event")
        verbose_name_plural = _("LINE events")
        constraints = [
            models.UniqueConstraint(fields=["channel", "webhook_event_id"], name="line_event_once"),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "done", "ignored", "failed", "redacted"]),
                name="line_event_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["chat", "occurred_at", "webhook_event_id"],
                condition=Q(state__in=OPEN),
                name="line_event_next",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=OPEN),
                name="line_event_pending",
            ),
            models.Index(
                fields=["channel", "line_message_id"],
                condition=~Q(line_message_id=""),
                name="line_event_message",
            ),
            # Whose raw form is old enough to go, and whose chat is erased.
            models.Index(fields=["received_at"], name="line_event_received"),
            models.Index(fields=["chat"], name="line_event_chat"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.webhook_event_id}"


class ReplyToken(models.Model):
    """Answers one event for nothing, once, within a minute. Claimed by `used_at`; never logged."""

    id = models.BigAutoField(primary_key=True)
    chat = models.ForeignKey(
        LineChat, on_delete=models.CASCADE, related_name="reply_tokens", db_index=False
    )
    event = models.OneToOneField(LineEvent, on_delete=models.CASCADE, related_name="reply_token")
    token = models.CharField(max_length=200)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["chat", "-received_at"],
                condition=Q(used_at__isnull=True),
                name="line_reply_token_free",
            )
        ]

    def __str__(self) -> str:
        return f"reply token {self.pk}"
