"""Which layout of the sidebar is for a conversation and who looks at it."""

from collections.abc import Iterable
from uuid import UUID

from msgspec import Struct

from talk.sidebar import BUILT_IN, Layout


class Situation(Struct, frozen=True):
    """What layouts are chosen by.

    The teams are those of the operator who looks, the segments the customer's as far as they see
    them.
    """

    inbox_id: UUID
    team_ids: frozenset[UUID]
    status: str
    segment_ids: frozenset[str] = frozenset()


class Tried(Struct, frozen=True):
    """How a layout fared: which of its conditions were met, and which were not."""

    id: UUID | None
    name: str
    met: tuple[str, ...]
    missed: tuple[str, ...]


def choose(layouts: Iterable[Layout], at: Situation) -> tuple[Layout, list[Tried]]:
    """Return the layout that is for this situation, and how each fared, the chosen one first.

    Of those all of whose conditions are met, the one with the most wins; between equals the first.
    """
    tried = [(layout, _try(layout, at)) for layout in (*layouts, BUILT_IN)]
    # A stable sort: equals stay in the administrator's order, and what is built in comes last.
    tried.sort(key=lambda one: (bool(one[1].missed), -len(one[1].met)))
    return tried[0][0], [how for _, how in tried]


def _try(layout: Layout, at: Situation) -> Tried:
    asked = {
        "inbox": (layout.inbox_ids, {at.inbox_id}),
        "team": (layout.team_ids, at.team_ids),
        "segment": (layout.segment_ids, at.segment_ids),
        "status": (layout.statuses, {at.status}),
    }
    given = {name: bool(wanted & there) for name, (wanted, there) in asked.items() if wanted}
    met = tuple(name for name, is_met in given.items() if is_met)
    missed = tuple(name for name, is_met in given.items() if not is_met)
    return Tried(layout.id, layout.name, met, missed)
