"""Conversations and what is said in them."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7
from customers.models import Customer, Profile
from talk.models.inboxes import Inbox, Team
from talk.models.operators import Operator


def code_of(id: uuid.UUID) -> str:
    """Return what tells ids apart in a list: their end, as they begin with the time."""
    return f"#{id.hex[-6:].upper()}"


class Conversation(models.Model):
    """One thread with one customer in one inbox.

    `version` grows by one, under this row's lock, with every change to the conversation or to
    anything in it; `last_seq` with every message. Both are dense: a hole is a lost event.
    `visitor_version` grows with what the customer may see alone, so it tells nothing of the rest.
    `waiting_since` is the first customer message that nobody has answered.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        PENDING = "pending", _("Pending")
        SNOOZED = "snoozed", _("Snoozed")
        RESOLVED = "resolved", _("Resolved")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # No index for a foreign key alone where one below begins with it.
    inbox = models.ForeignKey(
        Inbox,
        on_delete=models.PROTECT,
        related_name="conversations",
        db_index=False,
        verbose_name=_("inbox"),
    )
    customer = models.ForeignKey(
        Customer,
        on_delete=models.PROTECT,
        related_name="conversations",
        db_index=False,
        verbose_name=_("customer"),
    )
    profile = models.ForeignKey(
        Profile,
        on_delete=models.PROTECT,
        related_name="conversations",
        db_index=False,
        verbose_name=_("profile"),
    )
    status = models.CharField(
        _("status"), max_length=8, choices=Status.choices, default=Status.OPEN
    )
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    assignee = models.ForeignKey(
        Operator,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="assigned",
        verbose_name=_("assignee"),
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="conversations",
        verbose_name=_("team"),
    )
    version = models.BigIntegerField(_("version"), default=0)
    visitor_version = models.BigIntegerField(default=0, editable=False)
    last_seq = models.BigIntegerField(_("number of the last message"), default=0)
    preview = models.CharField(_("preview"), max_length=160, blank=True)
    preview_sender = models.CharField(_("sender of the preview"), max_length=8, blank=True)
    last_at = models.DateTimeField(_("last message at"))
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True)
    # The `seq` of their newest message.
    customer_seq = models.BigIntegerField(_("number of the customer's last message"), default=0)
    customer_read_seq = models.BigIntegerField(_("read by the customer up to"), default=0)
    operator_read_seq = models.BigIntegerField(_("read by the operators up to"), default=0)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["open", "pending", "snoozed", "resolved"]),
                name="conversation_status",
            ),
            models.CheckConstraint(
                condition=Q(status="resolved", resolved_at__isnull=False)
                | (~Q(status="resolved") & Q(resolved_at__isnull=True)),
                name="conversation_resolved_at",
            ),
        ]
        indexes = [
            models.Index(
                F("inbox"),
                F("status"),
                F("last_at").desc(),
                F("id").desc(),
                name="conversation_list",
            ),
            # The same over all inboxes: without these two a list reads and sorts every row.
            models.Index(
                F("last_at").desc(),
                F("id").desc(),
                condition=Q(status__in=["open", "pending"]),
                name="conversation_active",
            ),
            models.Index(
                F("status"),
                F("last_at").desc(),
                F("id").desc(),
                name="conversation_by_status",
            ),
            models.Index(
                F("assignee"),
                F("last_at").desc(),
                F("id").desc(),
                condition=~Q(status="resolved"),
                name="conversation_mine",
            ),
            models.Index(F("customer"), F("created_at").desc(), name="conversation_past"),
            models.Index(
                F("profile"),
                F("inbox"),
                F("created_at").desc(),
                name="conversation_visitor",
            ),
            models.Index(
                F("snoozed_until"),
                condition=Q(status="snoozed"),
                name="conversation_snoozed",
            ),
        ]

    def __str__(self) -> str:
        return code_of(self.id)


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


def attachment_path(attachment: "Attachment", filename: str) -> str:
    """Return where the file lies: by id alone, so that no name from outside reaches the disk."""
    return f"attachments/{attachment.id.hex[-2:]}/{attachment.id.hex}"


class Attachment(models.Model):
    """A file. It belongs to its uploader until a message claims it, then to the conversation."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    inbox = models.ForeignKey(
        Inbox, on_delete=models.PROTECT, related_name="attachments", verbose_name=_("inbox")
    )
    profile = models.ForeignKey(
        Profile,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name=_("profile"),
    )
    operator = models.ForeignKey(
        Operator,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name=_("operator"),
    )
    message = models.ForeignKey(
        Message,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name=_("message"),
    )
    file = models.FileField(_("file"), upload_to=attachment_path, max_length=200)
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(_("media type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    created_at = models.DateTimeField(_("made at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(message__isnull=True),
                name="attachment_unclaimed",
            )
        ]

    def __str__(self) -> str:
        return self.name


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
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
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
