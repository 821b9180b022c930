"""How operators have rearranged what they look at all day."""

from django.db import models
from django.db.models.functions import Now

from talk.models.operators import Operator


class PaneWays(models.Model):
    """The customer's pane as one operator has it, at whatever desk: `talk.actions.ways`."""

    operator = models.OneToOneField(Operator, on_delete=models.CASCADE, primary_key=True)
    folds = models.JSONField(default=dict)
    orders = models.JSONField(default=dict)
    changed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.operator)
