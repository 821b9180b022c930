"""Keys with which a site signs who its visitor is."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7
from talk.models.inboxes import Inbox

NO_ROOM = _("This inbox has two keys already: revoke the one no longer used")
MOST_LIVE = 2  # the old one and the new one, while a site changes over


class SigningKey(models.Model):
    """One key of an inbox's site: a shared secret (sealed), or the public half of a pair."""

    class Algorithm(models.TextChoices):
        HS256 = "HS256", _("HS256: a secret that both sides know")
        ES256 = "ES256", _("ES256: we only get the public key")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    inbox = models.ForeignKey(
        Inbox, on_delete=models.CASCADE, related_name="signing_keys", verbose_name=_("inbox")
    )
    name = models.CharField(_("name"), max_length=100)
    algorithm = models.CharField(
        _("algorithm"), max_length=8, choices=Algorithm.choices, default=Algorithm.HS256
    )
    material = models.TextField(editable=False)
    hint = models.CharField(_("last four characters"), max_length=4, editable=False)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        constraints = [
            models.CheckConstraint(
                condition=Q(algorithm__in=["HS256", "ES256"]), name="signing_key_algorithm"
            ),
        ]
        indexes = [
            models.Index(fields=["inbox"], condition=Q(revoked_at=None), name="signing_key_live"),
        ]

    def __str__(self) -> str:
        return f"{self.name} …{self.hint}"

    def has_room(self) -> bool:
        """Whether the inbox takes this key beside its other live ones."""
        live = SigningKey.objects.filter(inbox_id=self.inbox_id, revoked_at=None)
        return live.exclude(pk=self.pk).count() < MOST_LIVE

    def clean(self) -> None:
        if self.revoked_at is None and not self.has_room():
            raise ValidationError({"inbox": NO_ROOM})
