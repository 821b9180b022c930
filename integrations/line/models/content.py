"""Pictures, videos, sounds and files that LINE holds for us, until we have them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from integrations.line.models.messages import LineMessage


class LineContent(models.Model):
    """The fetching of one file: a leased job, found again by the sweeper."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        HERE = "here", _("Here")
        FAILED = "failed", _("Failed")
        GONE = "gone", _("Taken back")

    line_message = models.OneToOneField(
        LineMessage, on_delete=models.CASCADE, primary_key=True, related_name="content"
    )
    kind = models.CharField(max_length=8)  # image, video, audio or file
    # What LINE says of a file's name: for show, never for the disk.
    name = models.CharField(max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    has_preview = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due at"), db_default=Now())
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("LINE content")
        verbose_name_plural = _("LINE contents")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "here", "failed", "gone"]),
                name="line_content_state",
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="line_content_due")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
