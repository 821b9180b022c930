"""Conversations."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7
from customers.models import Customer, Profile
from talk.models.inboxes import Inbox, Team
from talk.models.operators import Operator

MOST_LABELS = 10


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
    # The kind of what was said last (`talk.said`); '' is text.
    preview_kind = models.CharField(max_length=16, default="", db_default="", editable=False)
    last_at = models.DateTimeField(_("last message at"))
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True)
    # The `seq` of their newest message.
    customer_seq = models.BigIntegerField(_("number of the customer's last message"), default=0)
    customer_read_seq = models.BigIntegerField(_("read by the customer up to"), default=0)
    operator_read_seq = models.BigIntegerField(_("read by the operators up to"), default=0)
    # Of messages up to this `seq` the words and files are gone.
    blanked_seq = models.BigIntegerField(db_default=0, editable=False)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    # Here and not in a table of their own: every message's event carries the conversation's row.
    # In the order of the ids; labels are never deleted.
    label_ids = ArrayField(
        models.UUIDField(), verbose_name=_("labels"), default=list, db_default=[], editable=False
    )
    # How its channel stands (`talk.channel_states`); empty for the web.
    channel = models.JSONField(default=dict, db_default={}, editable=False)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    # The customer's, kept here to be read under this row's lock: nothing is written any more.
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

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
            models.CheckConstraint(
                condition=Q(label_ids__len__lte=MOST_LABELS), name="conversation_labels_most"
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
            # Of those with a label alone: messages to all others need not write it. Without the
            # list of pending entries, which each look-up would have to go through.
            GinIndex(
                fields=["label_ids"],
                condition=~Q(label_ids=[]),
                fastupdate=False,
                name="conversation_labels",
            ),
        ]

    def __str__(self) -> str:
        return code_of(self.id)
