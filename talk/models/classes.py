"""Which of a customer's data is personal or secret, and who may see or reveal what is."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.traits import MAX_KEY
from talk.masking import Visibility
from talk.models.inboxes import Team
from talk.models.operators import Operator

CLASSES = [
    (Visibility.PUBLIC.value, _("Public")),
    (Visibility.PERSONAL.value, _("Personal")),
    (Visibility.SECRET.value, _("Secret")),
]


class FieldRule(models.Model):
    """The class of one key of member data, kind of identifier, or part of what customers do."""

    key = models.CharField(
        _("key"),
        max_length=MAX_KEY,
        unique=True,
        help_text=_(
            "A key of member data (plan), a kind of identifier (email, phone, user_id, line), "
            "name, what customers do (context.pages, context.cart, context.items, context.order, "
            "context.errors, context.did, context.visits, context.device), where they belong "
            "(context.segments, context.crm), what operators keep about them "
            "(customer.notes, customer.labels), or * for all other member data"
        ),
    )
    visibility = models.CharField(_("class"), max_length=8, choices=CLASSES)

    class Meta:
        verbose_name = _("class of a field")
        verbose_name_plural = _("classes of fields")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(visibility__in=["public", "personal", "secret"]),
                name="fieldrule_visibility",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.get_visibility_display()}"


class ClassAccess(models.Model):
    """Who sees a class, and who may reveal its values; by role or by team.

    Without a row for a class the defaults hold (`talk.clearance`). Nobody sees secret values
    without revealing them.
    """

    visibility = models.CharField(_("class"), max_length=8, choices=CLASSES[1:], unique=True)
    seen_by_roles = ArrayField(
        models.CharField(max_length=16, choices=Operator.Role.choices),
        verbose_name=_("roles that see"),
        default=list,
        blank=True,
    )
    seen_by_teams = models.ManyToManyField(
        Team, related_name="+", verbose_name=_("teams that see"), blank=True
    )
    revealed_by_roles = ArrayField(
        models.CharField(max_length=16, choices=Operator.Role.choices),
        verbose_name=_("roles that may reveal"),
        default=list,
        blank=True,
    )
    revealed_by_teams = models.ManyToManyField(
        Team, related_name="+", verbose_name=_("teams that may reveal"), blank=True
    )

    class Meta:
        verbose_name = _("access to a class")
        verbose_name_plural = _("access to classes")
        ordering = ["visibility"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(visibility__in=["personal", "secret"]),
                name="classaccess_visibility",
            )
        ]

    def __str__(self) -> str:
        return str(self.get_visibility_display())
