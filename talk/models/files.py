"""Files whose rows are gone: each is a job, until the disk has let go of it."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class FileDeletion(models.Model):
    """A stored file to be deleted: written by the transaction that deletes the row it was of."""

    name = models.CharField(_("file"), max_length=200, unique=True)
    erasure_id = models.UUIDField(_("erasure"), null=True)
    created_at = models.DateTimeField(_("made at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("file to be deleted")
        verbose_name_plural = _("files to be deleted")
        indexes = [models.Index(fields=["erasure_id"], name="file_deletion_erasure")]

    def __str__(self) -> str:
        return self.name
