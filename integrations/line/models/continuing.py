"""Going on in LINE: the way from a website's chat, and the links that came of it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7
from customers.models import Profile
from integrations.line.models.channels import LineChannel
from integrations.line.models.chats import LineChat
from talk.models import Conversation


class Crossing(models.Model):
    """A visitor of a website on their way to LINE, for half an hour.

    `code` is what a message in LINE brings along: whoever got it from somebody else could send it,
    so it only tells where they come from. `token_hash` is of what begins the log-in with LINE,
    which proves who they are there.
    """

    class State(models.TextChoices):
        """`TOLD`: a code was brought along. `JOINED`: they are one customer, and the conversation
        follows as soon as LINE lets us write to them. `CONFLICT`: operators find it.
        """

        WAITING = "waiting", _("Waiting")
        TOLD = "told", _("Told")
        JOINED = "joined", _("Joined")
        CONFLICT = "conflict", _("Conflict")
        DONE = "done", _("Done")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.ForeignKey(LineChannel, on_delete=models.CASCADE, related_name="crossings")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    inbox = models.ForeignKey("talk.Inbox", on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(
        Conversation, on_delete=models.SET_NULL, related_name="+", null=True
    )
    # Who has logged in with LINE.
    chat = models.ForeignKey(LineChat, on_delete=models.CASCADE, related_name="+", null=True)
    code = models.CharField(max_length=9)
    number = models.CharField(max_length=3)
    token_hash = models.BinaryField(max_length=32, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "code"], name="line_crossing_code"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "told", "joined", "conflict", "done"]),
                name="line_crossing_state",
            ),
        ]

    def __str__(self) -> str:
        return f"crossing {self.id}"


class AccountLink(models.Model):
    """A person in LINE and a customer of the web who are one, until they say otherwise."""

    class Way(models.TextChoices):
        ACCOUNT = "account", _("Account link")
        LOGIN = "login", "LINE Login"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    chat = models.ForeignKey(LineChat, on_delete=models.CASCADE, related_name="links")
    way = models.CharField(_("way"), max_length=8, choices=Way.choices)
    linked_at = models.DateTimeField(_("linked at"), db_default=Now())
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("account link")
        verbose_name_plural = _("account links")
        constraints = [
            models.UniqueConstraint(
                fields=["chat"], condition=Q(ended_at__isnull=True), name="line_link_once"
            ),
            models.CheckConstraint(condition=Q(way__in=["account", "login"]), name="line_link_way"),
        ]

    def __str__(self) -> str:
        return f"link of {self.chat_id}"
