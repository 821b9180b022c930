"""What is known of a customer, value by value: each with who says so, since when, and how fresh."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
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
    # The source's time when it told this value last; None while that was only once.
    told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("trait")
        verbose_name_plural = _("traits")
        constraints = [
            models.UniqueConstraint(fields=["profile", "key", "source"], name="trait_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.source})"


class TraitPrecedence(models.Model):
    """Which source is believed about one key, where that is not `customers.traits.PRECEDENCE`."""

    key = models.CharField(_("key"), max_length=MAX_KEY, unique=True)
    sources = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("sources"),
        default=list,
        blank=True,
        help_text=_(
            "The strongest first, one a line: crm, site, commerce, survey, tracker, or one "
            "connection (crm:main). Others follow in the usual order; operators come before all."
        ),
    )
    empty_wins = models.BooleanField(
        _("empty values win as well"),
        default=False,
        help_text=_("What a stronger source tells as empty hides what a weaker one tells"),
    )

    class Meta:
        verbose_name = _("precedence of sources")
        verbose_name_plural = _("precedences of sources")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class Reresolving(models.Model):
    """A key whose precedence has changed, until all customers of whom it is told are resolved anew.

    `after`: those with traits up to this one are done.
    """

    key = models.CharField(max_length=MAX_KEY, primary_key=True)
    after = models.UUIDField(default=UUID(int=0))
    began_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.key
