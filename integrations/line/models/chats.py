"""Who writes to us in LINE: persons, groups and rooms."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7
from customers.models import Profile
from integrations.line.models.channels import LONGEST_ID, LineChannel
from talk.models import Conversation

LONGEST_CHAT_KEY = 40  # "group:" and an id


class LineChat(models.Model):
    """One person, group or room of a channel. Whoever holds its row's lock handles its events."""

    class Friend(models.TextChoices):
        UNKNOWN = "unknown", _("Unknown")
        FRIEND = "friend", _("Friend")
        BLOCKED = "blocked", _("Has blocked us")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.ForeignKey(
        LineChannel, on_delete=models.CASCADE, related_name="chats", db_index=False
    )
    # "user:U…", "group:C…" or "room:R…"; "none" for what has no source.
    chat_key = models.CharField(max_length=LONGEST_CHAT_KEY)
    # Nobody's while nothing was said that we keep.
    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, related_name="line_chats", null=True, blank=True
    )
    # Where they spoke last.
    conversation = models.ForeignKey(
        Conversation, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    friend = models.CharField(
        _("friend"), max_length=8, choices=Friend.choices, default=Friend.UNKNOWN
    )
    # When LINE has told it: an older event changes nothing.
    friend_at = models.DateTimeField(null=True, blank=True)
    # Another module answers them now: we must not send anything.
    is_standby = models.BooleanField(_("another module answers"), default=False)
    # Whether we are in the group or room, and how many messages one push to it counts for.
    is_member = models.BooleanField(default=True)
    # When LINE has told it: an older event changes nothing.
    is_member_at = models.DateTimeField(null=True, blank=True)
    member_count = models.PositiveIntegerField(null=True, blank=True)
    name = models.CharField(_("name in LINE"), max_length=200, blank=True)
    picture_url = models.CharField(max_length=2000, blank=True)
    locale = models.CharField(max_length=16, blank=True)
    last_inbound_at = models.DateTimeField(_("last wrote at"), null=True, blank=True)
    last_event_at = models.DateTimeField(null=True, blank=True)
    # The job that asks LINE for the name: due, tried how often, done when.
    profile_due_at = models.DateTimeField(null=True, blank=True)
    profile_attempts = models.PositiveSmallIntegerField(default=0)
    profile_at = models.DateTimeField(null=True, blank=True)
    # When the animation that shows that we write was asked for last.
    loading_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("LINE chat")
        verbose_name_plural = _("LINE chats")
        constraints = [
            models.UniqueConstraint(fields=["channel", "chat_key"], name="line_chat_once"),
            models.CheckConstraint(
                condition=Q(friend__in=["unknown", "friend", "blocked"]), name="line_chat_friend"
            ),
        ]
        indexes = [
            models.Index(
                fields=["profile_due_at"],
                condition=Q(profile_due_at__isnull=False),
                name="line_chat_profile_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def kind(self) -> str:
        """Return user, group, room or none."""
        return self.chat_key.partition(":")[0]

    @property
    def line_id(self) -> str:
        """Return what LINE calls them: where messages are pushed to."""
        return self.chat_key.partition(":")[2]


class LineMember(models.Model):
    """Somebody who has written in a group or room; known by name there, and nobody's customer."""

    id = models.BigAutoField(primary_key=True)
    chat = models.ForeignKey(
        LineChat, on_delete=models.CASCADE, related_name="members", db_index=False
    )
    user_id = models.CharField(max_length=LONGEST_ID)
    name = models.CharField(max_length=200, blank=True)
    picture_url = models.CharField(max_length=2000, blank=True)
    is_present = models.BooleanField(default=True)
    due_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    fetched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chat", "user_id"], name="line_member_once")]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(due_at__isnull=False), name="line_member_due"
            )
        ]

    def __str__(self) -> str:
        return f"member {self.pk}"
