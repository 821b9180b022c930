"""Who has done what to whose data: appended, never changed."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

LONGEST_REASON = 500


class AuditEntry(models.Model):
    """One act, as `customers.audit.record` wrote it. The database refuses changes (migration 0006).

    Only ids, without foreign keys: an entry outlives whom and what it is about. It holds no values
    of customers, so erasing a customer leaves it as it is.
    """

    at = models.DateTimeField(_("time"), db_default=Now())
    action = models.CharField(_("act"), max_length=40)
    actor_kind = models.CharField(_("kind of actor"), max_length=16)
    actor_id = models.UUIDField(_("actor's id"), null=True)
    actor_name = models.CharField(_("by"), max_length=200)
    ip = models.GenericIPAddressField(_("IP address"), null=True)
    customer_id = models.UUIDField(_("customer"), null=True)
    conversation_id = models.UUIDField(_("conversation"), null=True)
    what = models.JSONField(_("what"), default=dict)
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["customer_id", "-at"], name="audit_customer"),
            models.Index(fields=["actor_id", "-at"], name="audit_actor"),
            models.Index(fields=["-at", "-id"], name="audit_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.id}"
