"""The headline above a thread: the administrator's clauses, in their order."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.ids import uuid7
from customers.models.traits import MAX_KEY
from talk import headline
from talk.headline import LONGEST_TEXT, Clause

CLAUSES = [
    (Clause.ERROR_CONTACT.value, _("Errors, then a message within so many seconds")),
    (Clause.ERRORS.value, _("At least so many errors within a day")),
    (Clause.QUICK_CONTACT.value, _("A message within so many seconds of arriving")),
    (Clause.CART.value, _("A cart worth at least so much")),
    (Clause.ORDER.value, _("An order within so many days")),
    (Clause.RENEWAL.value, _("A date in member data that is within so many days")),
    (Clause.REPEAT.value, _("At least so many inquiries this week")),
    (Clause.TRAIT.value, _("Member data of a value")),
]
OF_MEMBER_DATA = {Clause.RENEWAL.value, Clause.TRAIT.value}


class HeadlineClause(models.Model):
    """One clause. As soon as there is any, these replace the built-in ones."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    position = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("The first three that hold are shown")
    )
    kind = models.CharField(_("clause"), max_length=16, choices=CLAUSES)
    is_active = models.BooleanField(_("shown"), default=True)
    threshold = models.PositiveIntegerField(
        _("so many"), null=True, blank=True, help_text=_("Empty: as built in")
    )
    trait = models.CharField(
        _("key of member data"),
        max_length=MAX_KEY,
        blank=True,
        help_text=_("Only for clauses about member data, such as contract_end or rank"),
    )
    value = models.CharField(
        _("value"),
        max_length=200,
        blank=True,
        help_text=_("Only for member data of a value. Empty: whatever it is"),
    )
    text_ja = models.CharField(
        _("text in Japanese"),
        max_length=LONGEST_TEXT,
        blank=True,
        help_text=_("Empty: as built in. Names in braces stand for what is known"),
    )
    text_en = models.CharField(_("text in English"), max_length=LONGEST_TEXT, blank=True)

    class Meta:
        verbose_name = _("clause of the headline")
        verbose_name_plural = _("clauses of the headline")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[each.value for each in Clause]),
                name="headlineclause_kind",
            )
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def clean(self) -> None:
        """Raise `ValidationError` for a text that names what its kind does not know."""
        if self.kind not in headline.KINDS:
            return  # said of the kind itself already
        texts = {"text_ja": self.text_ja, "text_en": self.text_en}
        faults = {
            name: fault
            for name, text in texts.items()
            if (fault := headline.fault_in(text, Clause(self.kind)))
        }
        if self.kind in OF_MEMBER_DATA and not self.trait:
            faults["trait"] = str(_("Say which member data this is about"))
        if faults:
            raise ValidationError(faults)
