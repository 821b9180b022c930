"""Bearers of access. Only SHA-256 hashes of them are stored."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7
from customers.models import Identity, Profile
from talk.models.inboxes import Inbox
from talk.models.operators import Operator
from talk.models.signing import SigningKey


class VisitorToken(models.Model):
    """Lets one browser be one profile in one inbox. 256 random bits, hashed."""

    token_hash = models.BinaryField(primary_key=True, max_length=32)
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="visitor_tokens")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="tokens")
    # Whom the site had vouched for when the token was given out; a token from before that ends.
    member = models.ForeignKey(
        Identity, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    # The key of the site's last word for it: with the key it ends.
    signed_with = models.ForeignKey(
        SigningKey, on_delete=models.SET_NULL, related_name="tokens", null=True, blank=True
    )
    # "mobile/Safari/iOS": what it was used on last, and when operators were told that this changed.
    device = models.CharField(max_length=120, default="", db_default="")
    device_told_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"token of {self.profile_id}"


class SocketTicket(models.Model):
    """Opens one console socket, once, within 30 s, for the session that asked for it."""

    token_hash = models.BinaryField(primary_key=True, max_length=32)
    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="tickets")
    session_hash = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"ticket of {self.operator_id}"


class ApiToken(models.Model):
    """Lets a program act as an operator within `scopes` (`talk.policy.Permission`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=100)
    operator = models.ForeignKey(
        Operator, on_delete=models.CASCADE, related_name="api_tokens", verbose_name=_("operator")
    )
    token_hash = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(_("last four characters"), max_length=4)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"), default=list)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.name} …{self.hint}"


class IdempotencyKey(models.Model):
    """The remembered success of one request with an `Idempotency-Key`; kept for 48 h."""

    id = models.BigAutoField(primary_key=True)
    operator = models.ForeignKey(Operator, on_delete=models.CASCADE)
    key = models.CharField(max_length=255)
    request_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now(), db_index=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["operator", "key"], name="idempotency_key")]

    def __str__(self) -> str:
        return self.key
