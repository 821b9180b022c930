"""For how long what is kept."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

FEWEST_DAYS = 7  # the log of events, where clients catch up from, holds copies for some days


class Retention(models.Model):
    """How many days one kind of data stays (`customers.retention`); a row for each kind."""

    kind = models.CharField(_("kind"), max_length=32, primary_key=True, editable=False)
    days = models.PositiveIntegerField(
        _("days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(FEWEST_DAYS)],
        help_text=_("Empty: as long as it is by default"),
    )

    class Meta:
        verbose_name = _("retention period")
        verbose_name_plural = _("retention periods")
        ordering = ["kind"]

    def __str__(self) -> str:
        return self.kind
