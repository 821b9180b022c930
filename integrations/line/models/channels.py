"""LINE official accounts that are connected."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from talk.models import Inbox

LONGEST_ID = 33  # of users, groups, rooms and bots: a letter and 32 hexadecimal digits


class LineChannel(models.Model):
    """The Messaging API channel of one inbox of the kind line.

    `secret`, `next_secret`, `token_config` and `login_secret` are ciphertext, bound to their row
    and field (`integrations.line.secrets`); they are never shown again.
    """

    class GroupPolicy(models.TextChoices):
        OFF = "off", _("Ignore groups")
        SEPARATE = "separate", _("A conversation for each group")

    class ReadPolicy(models.TextChoices):
        ON_OPEN = "on_open", _("When an operator opens the conversation")
        ON_REPLY = "on_reply", _("When an operator answers")
        NEVER = "never", _("Never")

    inbox = models.OneToOneField(
        Inbox,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="line",
        verbose_name=_("inbox"),
    )
    channel_id = models.CharField(_("channel ID"), max_length=20, unique=True)
    # What every webhook names as its destination.
    bot_user_id = models.CharField(_("bot's user ID"), max_length=LONGEST_ID, unique=True)
    basic_id = models.CharField(_("basic ID"), max_length=40, blank=True)
    display_name = models.CharField(_("name in LINE"), max_length=100, blank=True)
    picture_url = models.CharField(_("picture in LINE"), max_length=2000, blank=True)
    # `chatMode` and `markAsReadMode` of /v2/bot/info, as LINE told them last.
    chat_mode = models.CharField(max_length=16, blank=True, editable=False)
    mark_as_read_mode = models.CharField(max_length=16, blank=True, editable=False)
    secret = models.TextField(editable=False)
    next_secret = models.TextField(blank=True, editable=False)
    # Sealed JSON: {} makes stateless tokens, {"token": …} is one that was pasted.
    token_config = models.TextField(blank=True, editable=False)
    # The LINE Login channel of the same provider, where there is one.
    login_channel_id = models.CharField(_("LINE Login channel ID"), max_length=20, blank=True)
    login_secret = models.TextField(blank=True, editable=False)
    group_policy = models.CharField(
        _("groups"), max_length=8, choices=GroupPolicy.choices, default=GroupPolicy.OFF
    )
    leaves_groups = models.BooleanField(
        _("leave groups that are ignored"),
        default=False,
        help_text=_("After telling them to write in a chat of their own"),
    )
    read_policy = models.CharField(
        _("read marks"), max_length=8, choices=ReadPolicy.choices, default=ReadPolicy.ON_OPEN
    )
    sender_name = models.BooleanField(
        _("operator's name and picture"),
        default=False,
        help_text=_("Customers see who has written, as “name from account”"),
    )
    last_webhook_at = models.DateTimeField(_("last webhook at"), null=True, editable=False)
    # LINE only redelivers where that was switched on in its console, which no API tells.
    redelivery_seen_at = models.DateTimeField(null=True, editable=False)
    # What went wrong last: a code, never a text of LINE's.
    last_error = models.CharField(_("last failure"), max_length=100, blank=True, editable=False)
    last_error_at = models.DateTimeField(_("last failure at"), null=True, editable=False)
    # {"used": 187, "limit": 200 or None} and when LINE has told it.
    quota = models.JSONField(default=dict, editable=False)
    quota_at = models.DateTimeField(null=True, editable=False)
    # When LINE was asked for its friends, and whether it tells this account any.
    followers_at = models.DateTimeField(null=True, editable=False)
    tells_followers = models.BooleanField(null=True, editable=False)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("LINE channel")
        verbose_name_plural = _("LINE channels")
        constraints = [
            models.CheckConstraint(
                condition=Q(group_policy__in=["off", "separate"]), name="line_group_policy"
            ),
            models.CheckConstraint(
                condition=Q(read_policy__in=["on_open", "on_reply", "never"]),
                name="line_read_policy",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.channel_id
