"""The event log: what clients that were away, or a hub that was deaf, read to catch up."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7


class Event(models.Model):
    """One change, as it is told to clients. Partitioned by day of `at` (migration 0002).

    `xid` is the id of the transaction that wrote it. Readers go by it, never by `id`: ids are
    given before the commit, so a higher one may become visible first.
    """

    id = models.BigAutoField(primary_key=True)
    xid = models.BigIntegerField(_("transaction"))
    at = models.DateTimeField(_("time"))
    kind = models.CharField(_("kind"), max_length=32)
    inbox_id = models.UUIDField(_("inbox"), null=True)
    conversation_id = models.UUIDField(_("conversation"), null=True)
    profile_id = models.UUIDField(_("profile"), null=True)
    operator_id = models.UUIDField(_("operator"), null=True)
    version = models.BigIntegerField(_("version"), default=0)
    rows = models.JSONField(_("rows"), default=dict)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        managed = False
        db_table = "talk_event"

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Epoch(models.Model):
    """The one row that names this history. A restore changes it, and every client reloads."""

    singleton = models.BooleanField(primary_key=True, default=True, editable=False)
    value = models.UUIDField(default=uuid7)
    began_at = models.DateTimeField(auto_now=True)
    dropped_xid = models.BigIntegerField(
        default=0, help_text="newest transaction whose events retention has removed"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(singleton=True), name="epoch_singleton")
        ]

    def __str__(self) -> str:
        return str(self.value)

    def renew(self) -> None:
        self.value = uuid.uuid4()
        self.save(update_fields=["value", "began_at"])
