"""What becomes of the labels of a conversation or a customer when others are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from talk.errors import Invalid
from talk.models import Label
from talk.models.conversations import MOST_LABELS


@dataclass(frozen=True, slots=True)
class LabelChange:
    """`ids` are those from now on, in order; the others are names."""

    ids: list[UUID]
    added: list[str]
    removed: list[str]


def change(before: Sequence[UUID], wanted: Sequence[UUID]) -> LabelChange:
    """Raise `Invalid` for what is not in the list, for a new one that is archived, for too many."""
    if len(set(wanted)) > MOST_LABELS:
        raise Invalid("label_ids", f"At most {MOST_LABELS} labels", most=MOST_LABELS)
    known = {label.id: label for label in Label.objects.filter(id__in={*before, *wanted})}
    new = set(wanted) - set(before)
    if any(id not in known or known[id].is_archived for id in new):
        raise Invalid("label_ids", "There is no such label")
    gone = set(before) - set(wanted)
    return LabelChange(sorted(set(wanted)), _names(known, new), _names(known, gone))


def _names(known: dict[UUID, Label], ids: set[UUID]) -> list[str]:
    return sorted(known[id].name for id in ids if id in known)
