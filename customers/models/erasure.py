"""Customers that were erased: the receipts, and what keeps them from coming back."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7
from customers.models.audit import LONGEST_REASON
from customers.models.identities import KINDS


class Erasure(models.Model):
    """The receipt of one erasure, and the job that carries it out batch by batch.

    It holds no value of the customer. `seal` is a keyed digest of the whole receipt, made when it
    is done: a printed receipt can be compared with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer_id = models.UUIDField(_("customer"), unique=True)
    merged_ids = models.JSONField(_("customers that were joined with them"), default=list)
    actor_id = models.UUIDField(_("actor's id"), null=True)
    actor_name = models.CharField(_("by"), max_length=200)
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON)
    counts = models.JSONField(_("erased"), default=dict)
    requested_at = models.DateTimeField(_("asked for at"), db_default=Now())
    look_again_at = models.DateTimeField(_("second look at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    seal = models.CharField(_("seal"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-requested_at"]
        indexes = [
            models.Index(
                fields=["requested_at"],
                condition=models.Q(done_at__isnull=True),
                name="erasure_unfinished",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Suppression(models.Model):
    """An identifier of somebody erased, as a keyed digest: nobody else may bring them back.

    The person's own proof (the site's signature, a code by mail, LINE) begins anew, with nothing
    of before. Other sources stay shut out until an administrator lifts it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    digest = models.BinaryField(max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=32, choices=KINDS)
    erasure = models.ForeignKey(
        Erasure, on_delete=models.PROTECT, related_name="suppressions", verbose_name=_("erasure")
    )
    created_at = models.DateTimeField(_("made at"), db_default=Now())
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lifted_by = models.CharField(_("lifted by"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.kind} {bytes(self.digest).hex()[:12]}"
