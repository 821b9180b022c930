"""How an operator has rearranged the customer's pane: kept for them, at whatever desk they sit."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models.functions import Now

from talk.models import PaneWays
from talk.policy import Actor
from talk.rows import PaneWaysRow

MOST_KEPT: Final = 300
"""Of each: beyond it the old ones are forgotten, and those that come now are kept."""


@transaction.atomic
def change_pane_ways(
    actor: Actor, *, folds: Mapping[str, bool], orders: Mapping[str, Sequence[str] | None]
) -> PaneWaysRow:
    """Keep what has changed and return all; an order of None is the layout's own again.

    What comes is laid over what is there, so that two desks at once lose neither's change.
    """
    PaneWays.objects.get_or_create(operator_id=actor.operator_id)
    ways = PaneWays.objects.select_for_update().get(operator_id=actor.operator_id)
    ways.folds = _laid_over(ways.folds, folds)
    ways.orders = _laid_over(ways.orders, orders)
    ways.changed_at = Now()
    ways.save(update_fields=["folds", "orders", "changed_at"])
    return PaneWaysRow(ways.folds, ways.orders)


def _laid_over(known: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**known, **new} if len({*known, *new}) <= MOST_KEPT else new
    return {name: value for name, value in merged.items() if value is not None}
