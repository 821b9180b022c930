"""What operators see beside a conversation, as the administrator lays it out."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7
from talk import links
from talk.models.conversations import Conversation
from talk.models.inboxes import Inbox, Team
from talk.sidebar import Block, Format

MAX_PATH = 200
BLOCKS = [
    (Block.NOW, _("Page they are on")),
    (Block.IDENTIFIERS, _("Identifiers")),
    (Block.SECTION, _("Heading of values")),
    (Block.VALUE, _("Value")),
    (Block.DATA, _("Table or object")),
    (Block.MEMBER, _("All other member data")),
    (Block.LINKS, _("Links to own tools")),
    (Block.ERRORS, _("Errors met")),
    (Block.CART, _("Cart")),
    (Block.ITEMS, _("Items looked at")),
    (Block.ORDER, _("Last order")),
    (Block.PAGES, _("Last pages")),
    (Block.VISITS, _("Visits")),
    (Block.DEVICE, _("Device")),
    (Block.PAST, _("Past conversations")),
    (Block.CONVERSATION, _("This conversation")),
    (Block.LABELS, _("Labels")),
    (Block.NOTES, _("Notes about the customer")),
    (Block.SEGMENTS, _("Segments")),
    (Block.DID, _("What else they did")),
]
FORMATS = [
    (Format.AUTO, _("by its kind")),
    (Format.TEXT, _("Text")),
    (Format.NUMBER, _("Number")),
    (Format.MONEY, _("Amount of money")),
    (Format.DATE, _("Date")),
    (Format.RELATIVE, _("Days until or since")),
    (Format.LINK, _("Link (https)")),
    (Format.BADGE, _("Badge")),
    (Format.YES_NO, _("Yes or no")),
    (Format.LIST, _("List")),
]


MAX_SEGMENT_ID = 64


def all_kinds() -> list[str]:
    return [kind.value for kind in Block]


class SidebarLayout(models.Model):
    """A layout, and the conversations it is for (`talk.sidebar.choose`).

    Conditions that are left empty are no conditions.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=100)
    position = models.PositiveSmallIntegerField(
        _("order"),
        default=0,
        help_text=_("Between layouts with equally many conditions met, the lower one is taken"),
    )
    is_active = models.BooleanField(_("active"), default=True)
    inboxes = models.ManyToManyField(
        Inbox,
        related_name="+",
        verbose_name=_("inboxes"),
        blank=True,
        help_text=_("For conversations in one of these"),
    )
    teams = models.ManyToManyField(
        Team,
        related_name="+",
        verbose_name=_("teams"),
        blank=True,
        help_text=_("For operators of one of these"),
    )
    segment_ids = ArrayField(
        models.CharField(max_length=MAX_SEGMENT_ID),
        verbose_name=_("segments"),
        default=list,
        blank=True,
        help_text=_("For customers in one of these, as far as the operator sees segments"),
    )
    statuses = ArrayField(
        models.CharField(max_length=16, choices=Conversation.Status.choices),
        verbose_name=_("stages"),
        default=list,
        blank=True,
        help_text=_("For conversations in one of these stages"),
    )
    knows = ArrayField(models.CharField(max_length=16), default=all_kinds, editable=False)
    """The kinds of blocks there were when it was last laid out (`talk.sidebar.Layout`)."""
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("sidebar layout")
        verbose_name_plural = _("sidebar layouts")
        ordering = ["position", "created_at"]

    def __str__(self) -> str:
        return self.name


class SidebarLine(models.Model):
    """One line of a layout: a block, a heading, or a value under the heading above it."""

    layout = models.ForeignKey(SidebarLayout, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("block"), max_length=16, choices=[(k.value, n) for k, n in BLOCKS])
    key = models.CharField(
        _("key"),
        max_length=MAX_PATH,
        blank=True,
        help_text=_("Of member data, for values and tables; plan.name reaches into an object"),
    )
    label = models.CharField(_("label"), max_length=60, blank=True)
    format = models.CharField(
        _("format"), max_length=10, blank=True, choices=[(f.value, n) for f, n in FORMATS]
    )
    columns = models.CharField(
        _("columns"),
        max_length=300,
        blank=True,
        help_text=_("Of a table: plan, price=Price:money, until:date"),
    )
    is_open = models.BooleanField(_("open"), default=True)

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in Block]),
                name="sidebarline_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(format__in=[each.value for each in Format]),
                name="sidebarline_format",
            ),
        ]

    def __str__(self) -> str:
        return self.label or str(self.get_kind_display())


class ToolLink(models.Model):
    """A signed link to one of the company's own tools (`talk.links`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=60)
    template = models.CharField(
        _("address"),
        max_length=500,
        help_text=_(
            "https only, such as https://crm.example/members/{user_id}. In braces: user_id, email, "
            "phone, customer_id, conversation_id, operator_id, operator_email."
        ),
    )
    minutes = models.PositiveSmallIntegerField(
        _("good for minutes"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    secret = models.TextField(editable=False)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("link to a tool")
        verbose_name_plural = _("links to tools")
        ordering = ["position", "created_at"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            links.check(self.template)
        except links.BadTemplate as error:
            raise ValidationError({"template": str(error)}) from error
