"""How the asker has rearranged the customer's pane."""

from talk.models import PaneWays
from talk.policy import Actor
from talk.rows import PaneWaysRow


def pane_ways(actor: Actor) -> PaneWaysRow | None:
    """Return the asker's own, which needs no permission; None while they have changed nothing."""
    ways = PaneWays.objects.filter(operator_id=actor.operator_id).first()
    return PaneWaysRow(ways.folds, ways.orders) if ways else None
