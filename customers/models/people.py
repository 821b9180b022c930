"""People, what they did, and the one row that the sidebar reads."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7

NEW_ROWS_KEPT_SINCE = Now() - timedelta(days=31)
"""Nothing older than that can be told (`ingest_steps.OLDEST`), so a new row holds nothing older."""


class Customer(models.Model):
    """A person as we know them now; made of profiles."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=200, blank=True)
    locale = models.CharField(_("language"), max_length=16, blank=True)
    # `customers.traits.Known` by key
    traits = models.JSONField(
        _("member data"),
        default=dict,
        db_default={},
        editable=False,
    )
    created_at = models.DateTimeField(_("made at"), db_default=Now(), editable=False)
    # From then on nothing is kept of them; the row stays for what is counted (`Erasure`).
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")

    def __str__(self) -> str:
        return f"#{self.id.hex[-4:].upper()}"  # the name may be masked


class Profile(models.Model):
    """One source of knowledge about a customer. Its id never changes; a merge re-points it."""

    class Kind(models.TextChoices):
        BROWSER = "browser", _("Browser")
        LINE = "line"
        CRM = "crm"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="profiles", verbose_name=_("customer")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.BROWSER)
    member = models.ForeignKey(
        "customers.Identity",
        on_delete=models.SET_NULL,
        related_name="bound_profiles",
        null=True,
        blank=True,
        verbose_name=_("member"),
        help_text=_("The user id that the site has vouched for in this browser"),
    )
    created_at = models.DateTimeField(_("made at"), db_default=Now(), editable=False)
    # What this browser has told of itself (`customers.context.Facts`), consent too, and when: the
    # context has what any of the customer's has told last.
    facts = models.JSONField(default=dict, db_default={}, editable=False)
    facts_at = models.DateTimeField(null=True, editable=False)
    # When this browser said what it thinks of tracking: what it does says nothing of that.
    consent_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["browser", "line", "crm"]), name="profile_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Context(models.Model):
    """What the sidebar reads, in its final shape (`customers.context.ContextData`).

    `version` grows by one with every change, so a consumer can drop what it already has;
    `member_version` with every change of member data and identifiers, which are not part of it,
    `marks_version` with every change of what operators keep about the customer, nor is that.
    """

    customer = models.OneToOneField(
        Customer,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="context",
        verbose_name=_("customer"),
    )
    version = models.BigIntegerField(_("version"), default=0)
    member_version = models.BigIntegerField(default=0, db_default=0, editable=False)
    marks_version = models.BigIntegerField(default=0, db_default=0, editable=False)
    data = models.JSONField(_("data"), default=dict)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)
    kept_since = models.DateTimeField(null=True, db_default=NEW_ROWS_KEPT_SINCE, editable=False)

    class Meta:
        verbose_name = _("context")
        verbose_name_plural = _("contexts")
        indexes = [models.Index(fields=["kept_since"], name="context_kept_since")]

    def __str__(self) -> str:
        return f"context of {self.customer_id}"


class Activity(models.Model):
    """A fact: the customer did something. Partitioned by month of `at` (migration 0002).

    It is its profile's for ever, and the customer's whose the profile is: a merge writes none anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    profile = models.ForeignKey(
        Profile,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="activities",
    )
    kind = models.CharField(max_length=40)
    props = models.JSONField(default=dict)
    at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    is_present = models.BooleanField(default=True, help_text="False: told by a company's system")

    class Meta:
        managed = False
        db_table = "customers_activity"

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
