"""Who a customer is: what others vouch for, what is only claimed, and how people were joined."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.identifiers import MAX_LENGTH, Kind, Verifier
from customers.ids import uuid7
from customers.models.people import Customer, Profile

KINDS = [
    (Kind.USER_ID, _("user id")),
    (Kind.EMAIL, _("mail address")),
    (Kind.PHONE, _("telephone")),
    (Kind.LINE, "LINE"),
    (Kind.SALESFORCE_CONTACT, _("Salesforce contact")),
]
VERIFIERS = [
    (Verifier.OPERATOR, _("Operator")),
    (Verifier.CRM, "CRM"),
    (Verifier.EMAIL_CODE, _("code by mail")),
    (Verifier.LINE, "LINE"),
    (Verifier.SITE, _("signed by the site")),
]


class Identity(models.Model):
    """A verified identifier. It exists once: two profiles that hold it are one customer."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, related_name="identities", verbose_name=_("profile")
    )
    kind = models.CharField(_("kind"), max_length=32, choices=KINDS)
    value = models.CharField(_("value"), max_length=MAX_LENGTH, help_text=_("As it was given"))
    value_norm = models.CharField(max_length=MAX_LENGTH, editable=False)
    verified_by = models.CharField(_("verified by"), max_length=16, choices=VERIFIERS)
    verified_at = models.DateTimeField(_("verified at"))
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [
            models.UniqueConstraint(fields=["kind", "value_norm"], name="identity_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"  # the value may be masked


class Claim(models.Model):
    """An identifier that nobody vouches for: shown as unverified, never merged on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, related_name="claims", verbose_name=_("profile")
    )
    kind = models.CharField(_("kind"), max_length=32, choices=KINDS)
    value = models.CharField(_("value"), max_length=MAX_LENGTH)
    value_norm = models.CharField(max_length=MAX_LENGTH, editable=False)
    claimed_at = models.DateTimeField(_("claimed at"), auto_now=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = [
            models.UniqueConstraint(fields=["profile", "kind", "value_norm"], name="claim_once"),
        ]
        indexes = [models.Index(fields=["kind", "value_norm"], name="claim_value")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"  # the value may be masked


class IdentityConflict(models.Model):
    """A verified identifier that could not be kept, for an operator to look at."""

    class Reason(models.TextChoices):
        LIMIT = "limit", _("The customer has too many of this kind")
        TWO_MEMBERS = "two_members", _("It belongs to another member")
        PARTED = "parted", _("It belongs to somebody who was parted from the customer")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="conflicts")
    kind = models.CharField(_("kind"), max_length=32, choices=KINDS)
    value = models.CharField(_("value"), max_length=MAX_LENGTH)
    verified_by = models.CharField(_("verified by"), max_length=16, choices=VERIFIERS)
    other = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="+", null=True, verbose_name=_("customer")
    )
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("identity conflict")
        verbose_name_plural = _("identity conflicts")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"


class BlockedIdentifier(models.Model):
    """A value that many people share, beside those that are known everywhere."""

    value = models.CharField(
        _("value"), max_length=MAX_LENGTH, primary_key=True, help_text=_("Case does not matter")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("blocked identifier")
        verbose_name_plural = _("blocked identifiers")

    def __str__(self) -> str:
        return self.value

    def save(self, *args: object, **kwargs: object) -> None:
        self.value = self.value.strip().casefold()
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # handed through


class MergeLog(models.Model):
    """Profiles that went from one customer to another: what is needed to take it back.

    Append-only but for `undone_at`; conversations and activities keep their profile, so undoing
    is to point the profiles back. `reason` is what somebody wrote, or one of `Because`.
    """

    class Because(models.TextChoices):
        SAME_IDENTIFIER = "same_identifier", _("Both hold the same verified identifier")
        SAME_USER = "same_user", _("The site signed the same user ID")
        UNLINKED = "unlinked", _("The customer has unlinked LINE")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    winner = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges")
    loser = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merged_away")
    profile_ids = models.JSONField(_("profiles"))
    reason = models.CharField(_("reason"), max_length=200)
    evidence = models.JSONField(_("evidence"), default=dict)
    actor = models.CharField(_("by"), max_length=100)
    before = models.JSONField(_("before"), default=dict)
    kept_since = models.DateTimeField(null=True, editable=False)
    # The profiles were taken away from somebody whom they had been joined with: what is told of
    # `winner` is nothing of `loser`, and nothing is there to be undone.
    is_parting = models.BooleanField(default=False, db_default=False, editable=False)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.CharField(_("undone by"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["kept_since"], name="merge_kept_since")]

    def __str__(self) -> str:
        return f"{self.loser_id} → {self.winner_id}"

    @classmethod
    def joins(cls) -> models.QuerySet["MergeLog"]:
        """Return the merges that stand: whose winner is whose loser was."""
        return cls.objects.filter(undone_at=None, is_parting=False)

    @property
    def reason_text(self) -> str:
        is_ours = self.reason in self.Because.values
        return str(self.Because(self.reason).label) if is_ours else self.reason
