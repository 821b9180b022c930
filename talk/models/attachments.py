"""Files that go with messages."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7
from customers.models import Profile
from talk.models.inboxes import Inbox
from talk.models.messages import Message
from talk.models.operators import Operator


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
