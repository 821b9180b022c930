"""Operators: the people who answer, and the account they log in with."""

import secrets
from pathlib import Path
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7


def avatar_path(operator: "Operator", filename: str) -> str:
    """Return an unguessable place: pictures are public, and no name from outside is used."""
    return f"avatars/{secrets.token_hex(16)}{Path(filename).suffix.lower()[:5]}"


class OperatorManager(BaseUserManager["Operator"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Operator":
        operator = self.model(email=self.normalize_email(email), **fields)
        operator.set_password(password)
        operator.save(using=self._db)
        return operator

    def create_superuser(
        self, email: str, password: str | None = None, **fields: Any
    ) -> "Operator":
        fields["role"] = Operator.Role.ADMINISTRATOR
        return self.create_user(email, password, **fields)


class Operator(AbstractBaseUser):
    """A person who answers. What they may do follows from `role` and their teams (`talk.policy`).

    `access_version` grows with every change of role, teams, password or activity; open sockets
    that began under an older one are closed. `version` grows with every change of what others are
    shown (`OperatorRow`).
    """

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator", _("Administrator")
        SUPERVISOR = "supervisor", _("Supervisor")
        OPERATOR = "operator", _("Operator")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("mail address"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.OPERATOR)
    is_active = models.BooleanField(_("active"), default=True)
    avatar = models.ImageField(_("picture"), upload_to=avatar_path, blank=True)
    locale = models.CharField(_("language"), max_length=8, blank=True)
    access_version = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = OperatorManager()

    class Meta:
        verbose_name = _("operator")
        verbose_name_plural = _("operators")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="operator_email_any_case"),
            models.CheckConstraint(
                condition=Q(role__in=["administrator", "supervisor", "operator"]),
                name="operator_role",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save all but the versions: they only grow (`talk.receivers`).

        A copy that was read before one grew would reset it, and who is told of the reset version
        would take the news for old. The change, its versions and its events are one transaction:
        Django itself sends `post_save` after the commit of a save that stands alone.
        """
        if not self._state.adding and kwargs.get("update_fields") is None:
            fields = self._meta.concrete_fields
            kept = {"id", "access_version", "version"}
            kwargs["update_fields"] = [each.name for each in fields if each.name not in kept]
        super().save(*args, **kwargs)

    @property
    def is_administrator(self) -> bool:
        return self.is_active and self.role == self.Role.ADMINISTRATOR

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin lets this operator in."""
        return self.is_administrator

    @property
    def is_superuser(self) -> bool:
        return self.is_administrator

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_administrator

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        return self.is_administrator

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_administrator
