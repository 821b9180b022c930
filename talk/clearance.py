"""What an operator may see: the inboxes of their teams, and the classes of customers' data."""

from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from customers.prepared import prepared_cursor
from talk.masking import FieldMask, Visibility
from talk.models import Operator

# As long as the administrator has said nothing of a class.
SEEN_BY: Final = {Visibility.PERSONAL: frozenset(Operator.Role.values)}
REVEALED_BY: Final[dict[Visibility, frozenset[str]]] = {
    Visibility.PERSONAL: frozenset(),
    Visibility.SECRET: frozenset({Operator.Role.ADMINISTRATOR, Operator.Role.SUPERVISOR}),
}
CLEARANCE = """
SELECT jsonb_build_object(
    'inbox_ids', coalesce((SELECT jsonb_agg(l.inbox_id) FROM talk_team_inboxes l
        JOIN talk_team_operators o ON o.team_id = l.team_id WHERE o.operator_id = %(id)s), '[]'),
    'classes', coalesce((SELECT jsonb_object_agg(key, visibility) FROM talk_fieldrule), '{}'),
    'access', coalesce((SELECT jsonb_object_agg(a.visibility, jsonb_build_object(
        'sees', %(role)s = ANY(a.seen_by_roles) OR EXISTS (
            SELECT 1 FROM talk_classaccess_seen_by_teams l JOIN talk_team_operators o
            ON o.team_id = l.team_id WHERE l.classaccess_id = a.id AND o.operator_id = %(id)s),
        'reveals', %(role)s = ANY(a.revealed_by_roles) OR EXISTS (
            SELECT 1 FROM talk_classaccess_revealed_by_teams l JOIN talk_team_operators o
            ON o.team_id = l.team_id WHERE l.classaccess_id = a.id AND o.operator_id = %(id)s)
    )) FROM talk_classaccess a), '{}'))::text
"""


class _Access(Struct, frozen=True):
    sees: bool
    reveals: bool


class _Told(Struct, frozen=True):
    inbox_ids: frozenset[UUID]
    classes: dict[str, Visibility]
    access: dict[Visibility, _Access]


class Clearance(Struct, frozen=True):
    """`team_inbox_ids` are those of the operator's teams, whatever their role lets them see."""

    team_inbox_ids: frozenset[UUID]
    mask: FieldMask


def clearance_of(operator: Operator) -> Clearance:
    """Return what the operator may see now. One statement, planned once: every request asks."""
    with prepared_cursor() as cursor:
        cursor.execute(CLEARANCE, {"role": operator.role, "id": operator.id})
        [(text,)] = cursor.fetchall()
    told = msgspec.json.decode(text, type=_Told)
    access = {**_defaults(operator.role), **told.access}
    mask = FieldMask(
        classes=told.classes,
        sees=frozenset(each for each, may in access.items() if may.sees),
        reveals=frozenset(each for each, may in access.items() if may.reveals),
    )
    return Clearance(told.inbox_ids, mask)


def _defaults(role: str) -> dict[Visibility, _Access]:
    return {
        each: _Access(role in SEEN_BY.get(each, ()), role in revealers)
        for each, revealers in REVEALED_BY.items()
    }
