"""Inboxes, where customers write to, and the teams that answer them."""

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7
from talk.models.operators import Operator


def new_public_id() -> str:
    """Return what a site's widget tag carries: 96 random bits, not a secret."""
    return secrets.token_urlsafe(12)


def kept_parameters() -> list[str]:
    return ["utm_*"]


def error_selectors() -> list[str]:
    return ["[role=alert]", ".error"]


class Inbox(models.Model):
    """A place customers write to: one website widget, or one LINE official account."""

    class Kind(models.TextChoices):
        WEB = "web", _("Website")
        LINE = "line", "LINE"

    class Consent(models.TextChoices):
        GRANTED = "granted", _("Track who has not said no")
        DENIED = "denied", _("Track only who has said yes")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.WEB)
    name = models.CharField(_("name"), max_length=100)
    is_active = models.BooleanField(_("active"), default=True)
    allowed_origins = ArrayField(
        models.CharField(max_length=255),
        verbose_name=_("allowed origins"),
        default=list,
        blank=True,
        help_text=_("Exact scheme, host and port, such as https://shop.example:8443"),
    )
    reopen_days = models.PositiveSmallIntegerField(
        _("reopening window in days"),
        default=7,
        help_text=_("A customer's message reopens a resolved conversation for this long"),
    )
    greeting = models.CharField(_("greeting"), max_length=500, blank=True)
    color = models.CharField(_("colour"), max_length=7, default="#1f5eff")
    attachment_max_bytes = models.PositiveIntegerField(
        _("largest attachment in bytes"), default=10 * 1024 * 1024
    )
    attachments_per_message = models.PositiveSmallIntegerField(
        _("attachments in one message"), default=5
    )
    consent = models.CharField(
        _("consent"),
        max_length=8,
        choices=Consent.choices,
        default=Consent.GRANTED,
        help_text=_("What holds until the site says sobani('consent', …)"),
    )
    honours_gpc = models.BooleanField(
        _("Global Privacy Control"),
        default=True,
        help_text=_("Nothing is tracked of visitors whose browser asks for that"),
    )
    kept_parameters = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("parameters that addresses keep"),
        default=kept_parameters,
        blank=True,
        help_text=_("One a line; utm_* is all that begin so. All others stay on the page."),
    )
    captures_errors = models.BooleanField(
        _("errors on the pages"),
        default=False,
        help_text=_("Tell of messages on the page, script errors and refused requests"),
    )
    error_selectors = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("where the pages show errors"),
        default=error_selectors,
        blank=True,
        help_text=_("CSS selectors, one a line"),
    )
    shims = ArrayField(
        models.CharField(max_length=16),
        verbose_name=_("tags of other products"),
        default=list,
        blank=True,
        help_text=_("What the pages tell these is told to Sobani as well, without new tags"),
    )
    version = models.BigIntegerField(default=1, db_default=1, editable=False)
    # How its channel stands (`talk.channel_states`); empty for the web.
    channel = models.JSONField(default=dict, db_default={}, editable=False)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("inbox")
        verbose_name_plural = _("inboxes")
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["web", "line"]), name="inbox_kind"),
            models.CheckConstraint(
                condition=Q(consent__in=["granted", "denied"]), name="inbox_consent"
            ),
            models.CheckConstraint(
                condition=Q(attachment_max_bytes__lte=20 * 1024 * 1024),
                name="inbox_attachment_cap",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """Operators together. Its operators see the conversations of its inboxes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=100, unique=True)
    inboxes = models.ManyToManyField(
        Inbox, related_name="teams", verbose_name=_("inboxes"), blank=True
    )
    operators = models.ManyToManyField(
        Operator, related_name="teams", verbose_name=_("operators"), blank=True
    )
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
