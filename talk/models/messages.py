"""What is said in a conversation, and the way of it to its channel."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7
from talk.models.conversations import Conversation, code_of
from talk.models.operators import Operator


class Message(models.Model):
    """What is said. `seq` is its place, `version` its last change.

    `client_id` is made where the text is composed and makes every retry harmless.
    """

    class Sender(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        OPERATOR = "operator", _("Operator")
        BOT = "bot", _("Bot")
        SYSTEM = "system", _("System")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(
        Conversation,
        on_delete=models.CASCADE,
        related_name="messages",
        db_index=False,
        verbose_name=_("conversation"),
    )
    seq = models.BigIntegerField(_("number in the conversation"))
    version = models.BigIntegerField(_("version"))
    sender = models.CharField(_("sender"), max_length=8, choices=Sender.choices)
    operator = models.ForeignKey(
        Operator,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("operator"),
    )
    client_id = models.UUIDField(_("id of the client"))
    body = models.TextField(_("text"), blank=True)
    data = models.JSONField(_("data"), default=dict)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="message_seq"),
            models.UniqueConstraint(
                fields=["conversation", "sender", "client_id"], name="message_client_id"
            ),
            models.CheckConstraint(
                condition=Q(sender__in=["customer", "operator", "bot", "system"]),
                name="message_sender",
            ),
        ]
        indexes = [models.Index(fields=["conversation", "version"], name="message_version")]

    def __str__(self) -> str:
        return f"{code_of(self.conversation_id)} · {self.seq}"


class Note(models.Model):
    """What operators say among themselves, and the lines the system writes for them.

    Placed after the message `after_seq`, then by `version`. A customer's client never gets one.
    """

    class Kind(models.TextChoices):
        NOTE = "note", _("Note")
        SYSTEM = "system", _("System")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(
        Conversation,
        on_delete=models.CASCADE,
        related_name="notes",
        db_index=False,
        verbose_name=_("conversation"),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.NOTE)
    operator = models.ForeignKey(
        Operator,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notes",
        verbose_name=_("operator"),
    )
    client_id = models.UUIDField(_("id of the client"), default=uuid.uuid4)
    version = models.BigIntegerField(_("version"))
    after_seq = models.BigIntegerField(_("after the message"))
    body = models.TextField(_("text"), blank=True)
    data = models.JSONField(_("data"), default=dict)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "client_id"], name="note_client_id"),
            models.UniqueConstraint(fields=["conversation", "version"], name="note_version"),
            models.CheckConstraint(condition=Q(kind__in=["note", "system"]), name="note_kind"),
        ]

    def __str__(self) -> str:
        return f"{code_of(self.conversation_id)} · {self.after_seq}+"


class Delivery(models.Model):
    """The way of one outgoing message to its channel, and the lease of the worker that has it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        ACCEPTED = "accepted", _("Accepted")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Unknown")

    message = models.OneToOneField(
        Message,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="delivery",
        verbose_name=_("message"),
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lost = models.PositiveSmallIntegerField(_("workers lost"), db_default=0, default=0)
    # How often somebody has asked for it again: what was tried before that is tried anew.
    asked = models.PositiveSmallIntegerField(db_default=0, default=0, editable=False)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    lease = models.UUIDField(_("lease"), null=True, editable=False)
    leased_until = models.DateTimeField(_("taken by a worker until"), null=True, blank=True)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending", "accepted", "failed", "unknown"]),
                name="delivery_state",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["queued", "sending"]),
                name="delivery_due",
            )
        ]

    def __str__(self) -> str:
        return f"{code_of(self.message_id)} · {self.get_state_display()}"
