"""What is known of a customer, value by value: each with who says so, since when, and how fresh."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7
from customers.models.people import Profile

MAX_KEY = 60


class Trait(models.Model):
    """One value that one source tells of a profile. `customers.traits` says which is shown."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, related_name="traits", verbose_name=_("profile")
    )
    key = models.CharField(_("key"), max_length=MAX_KEY)
    # operator, crm:…, site, commerce:…, survey, tracker or claim (`customers.traits.PRECEDENCE`)
    source = models.CharField(_("source"), max_length=40)
    value = models.JSONField(_("value"), null=True)
    changed_at = models.DateTimeField(_("changed at the source"))
    synced_at = models.DateTimeField(_("read at"))

    class Meta:
        verbose_name = _("trait")
        verbose_name_plural = _("traits")
        constraints = [
            models.UniqueConstraint(fields=["profile", "key", "source"], name="trait_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.source})"
