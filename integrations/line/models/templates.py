"""Flex messages that operators may send: made by administrators, in LINE's own JSON."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7
from integrations.line.models.channels import LineChannel


class FlexTemplate(models.Model):
    """What stands in it as `{{…}}` is filled in by the operator before it is sent."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.ForeignKey(
        LineChannel,
        on_delete=models.CASCADE,
        related_name="templates",
        verbose_name=_("LINE channel"),
    )
    name = models.CharField(_("name"), max_length=100, help_text=_("Customers do not see it"))
    alt = models.CharField(
        _("alternative text"),
        max_length=400,
        help_text=_("Shown in notifications and lists of chats"),
    )
    contents = models.JSONField(
        _("contents"),
        help_text=_(
            "A bubble or a carousel, as LINE's Flex Message Simulator gives it. What stands as"
            " {{name}} is asked of the operator."
        ),
    )
    is_offered = models.BooleanField(
        _("offered to operators"), default=True, help_text=_("Otherwise it is only kept here")
    )

    class Meta:
        verbose_name = _("Flex template")
        verbose_name_plural = _("Flex templates")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name
