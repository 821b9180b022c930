"""Rich menus: what stands below the chat in LINE."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7
from integrations.line.menus import CUSTOM, LAYOUTS, MOST_TEXT, Doing
from integrations.line.models.channels import LineChannel
from integrations.line.models.chats import LineChat

LAYOUT_NAMES = [
    ("six", _("6: three and three")),
    ("four", _("4: two and two")),
    ("top_three", _("4: one above three")),
    ("left_two", _("3: a large one and two")),
    ("three_columns", _("3 side by side")),
    ("two_columns", _("2 side by side")),
    ("two_rows", _("2, one above the other")),
    ("whole", _("1: the whole picture")),
    (CUSTOM, _("places of your own, in pixels")),
]
DOINGS = [
    (Doing.MESSAGE, _("writes a message")),
    (Doing.URI, _("opens an address")),
    (Doing.ANSWER, _("answers a question")),
    (Doing.DATE, _("answers with a day")),
    (Doing.LINK, _("begins to link the account")),
]


class RichMenu(models.Model):
    """One picture and its places to tap.

    LINE takes no change to a menu: `line_id` is that of the one that it shows now, and changed
    since `published_at` means that it has to be published again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.ForeignKey(
        LineChannel, on_delete=models.CASCADE, related_name="menus", verbose_name=_("LINE channel")
    )
    name = models.CharField(_("name"), max_length=100, help_text=_("Customers do not see it"))
    bar_text = models.CharField(
        _("text of the bar"), max_length=56, help_text=_("At most 14 characters")
    )
    is_open = models.BooleanField(
        _("open at first"), default=True, help_text=_("Otherwise a tap on the bar opens it")
    )
    is_default = models.BooleanField(
        _("for everybody"), default=False, help_text=_("Who has no menu of their own sees this one")
    )
    layout = models.CharField(_("layout"), max_length=16, choices=LAYOUT_NAMES, default="six")
    picture = models.BinaryField(editable=False)
    media_type = models.CharField(max_length=16, editable=False)
    width = models.PositiveSmallIntegerField(editable=False)
    height = models.PositiveSmallIntegerField(editable=False)
    line_id = models.CharField(max_length=100, blank=True, editable=False)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    # A code of `integrations.line.failures`.
    problem = models.CharField(max_length=40, blank=True, editable=False)
    # What the taps of all that was published stand for: `integrations.line.menus.meanings`.
    meanings = models.JSONField(default=dict, editable=False)
    # When to look whether LINE has more of it than the one that it shows.
    tidy_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("rich menu")
        verbose_name_plural = _("rich menus")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel"], condition=Q(is_default=True), name="line_menu_one_default"
            ),
            models.CheckConstraint(
                condition=Q(layout__in=[*LAYOUTS, CUSTOM]), name="line_menu_layout"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RichMenuArea(models.Model):
    """One place of a menu, as it will be published next.

    `x`, `y`, `width` and `height` only where the layout is the administrator's own.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    menu = models.ForeignKey(
        RichMenu, on_delete=models.CASCADE, related_name="areas", db_index=False
    )
    position = models.PositiveSmallIntegerField(_("number"))
    doing = models.CharField(
        _("what a tap does"), max_length=8, choices=DOINGS, default=Doing.MESSAGE
    )
    label = models.CharField(
        _("label"), max_length=80, help_text=_("Read out to who does not see the picture")
    )
    value = models.CharField(_("text or address"), max_length=1000, blank=True)
    question = models.CharField(_("question"), max_length=MOST_TEXT, blank=True)
    x = models.PositiveSmallIntegerField(null=True, blank=True)
    y = models.PositiveSmallIntegerField(null=True, blank=True)
    width = models.PositiveSmallIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveSmallIntegerField(_("height"), null=True, blank=True)

    class Meta:
        verbose_name = _("place to tap")
        verbose_name_plural = _("places to tap")
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["menu", "position"], name="line_menu_area_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(doing__in=[each.value for each in Doing]), name="line_menu_area_doing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.label}"


class MenuLink(models.Model):
    """One customer's own menu: applied when `due_at` comes, and again when they come back."""

    chat = models.OneToOneField(
        LineChat, on_delete=models.CASCADE, primary_key=True, related_name="menu_link"
    )
    # None: their own menu is to be taken away.
    menu = models.ForeignKey(
        RichMenu, on_delete=models.SET_NULL, related_name="links", null=True, blank=True
    )
    due_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    problem = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(due_at__isnull=False), name="line_menu_link_due"
            )
        ]

    def __str__(self) -> str:
        return f"menu of {self.chat_id}"
