"""Labels, and what operators keep about a customer: labels and notes.

Both are kept for a profile, so that a merge takes them along and its undoing brings them back.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7
from customers.models import Profile
from talk.models.operators import Operator

MOST_NAME = 40
MOST_NOTE = 2_000


class Color(models.TextChoices):
    """Names of the console's own tokens (`tokens.css`), each with a light and a dark value."""

    GRAY = "gray", _("Grey")
    RED = "red", _("Red")
    ORANGE = "orange", _("Orange")
    YELLOW = "yellow", _("Yellow")
    GREEN = "green", _("Green")
    TEAL = "teal", _("Teal")
    BLUE = "blue", _("Blue")
    PURPLE = "purple", _("Purple")
    PINK = "pink", _("Pink")


class Label(models.Model):
    """One of the closed list. Never deleted: an archived one stays where it was put.

    `version` grows with every change, so that consoles take the newest.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=MOST_NAME)
    color = models.CharField(_("colour"), max_length=8, choices=Color.choices, default=Color.GRAY)
    description = models.CharField(
        _("description"), max_length=200, blank=True, help_text=_("When to use it")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_archived = models.BooleanField(
        _("archived"),
        default=False,
        help_text=_("It stays where it is, and is not offered any more"),
    )
    version = models.BigIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("made at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("Label")
        verbose_name_plural = _("labels")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="label_name",
                violation_error_message=_("There is a label of this name already"),
            ),
            models.CheckConstraint(
                condition=Q(
                    color__in=[
                        "gray",
                        "red",
                        "orange",
                        "yellow",
                        "green",
                        "teal",
                        "blue",
                        "purple",
                        "pink",
                    ]
                ),
                name="label_color",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProfileLabel(models.Model):
    """A label of a customer, once for each profile that they had when it was put."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+", db_index=False)
    label = models.ForeignKey(Label, on_delete=models.PROTECT, related_name="+")
    operator = models.ForeignKey(
        Operator, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("label of a customer")
        verbose_name_plural = _("labels of customers")
        constraints = [
            models.UniqueConstraint(fields=["profile", "label"], name="profilelabel_once")
        ]

    def __str__(self) -> str:
        return f"{self.label_id} · {self.profile_id}"


class CustomerNote(models.Model):
    """What an operator keeps about a customer: no part of any conversation, for operators alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, related_name="+", verbose_name=_("profile")
    )
    operator = models.ForeignKey(
        Operator, on_delete=models.PROTECT, related_name="+", verbose_name=_("operator")
    )
    client_id = models.UUIDField(_("id of the client"), default=uuid.uuid4)
    body = models.TextField(_("text"), max_length=MOST_NOTE)
    version = models.BigIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("made at"), db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("changed at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("note about a customer")
        verbose_name_plural = _("notes about customers")
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "client_id"], name="customernote_client_id"
            ),
            models.CheckConstraint(condition=~Q(body=""), name="customernote_body"),
        ]
        indexes = [models.Index(fields=["changed_at"], name="customernote_changed")]

    def __str__(self) -> str:
        return f"#{self.id.hex[-6:].upper()}"  # the text may be masked
