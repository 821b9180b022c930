"""What an administrator has set up around a channel, and what LINE has told of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.line.models.channels import LineChannel
from talk.models import Inbox


class LineSetup(models.Model):
    """The checklist of a channel, and how its customers become one person with those of a site.

    `seen` is what LINE told last (`integrations.line.checklist.Seen`); `told` has the moment at
    which an administrator said that a switch, which no API tells, is as it should be.
    """

    channel = models.OneToOneField(
        LineChannel,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="setup",
        verbose_name=_("LINE channel"),
    )
    seen = models.JSONField(default=dict, editable=False)
    seen_at = models.DateTimeField(null=True, editable=False)
    told = models.JSONField(default=dict, editable=False)
    offered_on = models.ManyToManyField(
        Inbox,
        related_name="+",
        blank=True,
        verbose_name=_("websites that offer to continue in LINE"),
    )
    # Where a site logs in who wants to link their account (docs/line.md).
    site_login_url = models.CharField(_("log-in page of the site"), max_length=500, blank=True)
    site_inbox = models.ForeignKey(
        Inbox,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("website whose keys sign who somebody is"),
    )

    class Meta:
        verbose_name = _("set-up of LINE")
        verbose_name_plural = _("set-ups of LINE")

    def __str__(self) -> str:
        return str(self.channel)
