"""Whose mask is what: the classes that the administrator gave, and who sees or reveals them."""

from typing import Final

import msgspec
from django.db import connection
from msgspec import Struct

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


class _Clearance(Struct, frozen=True):
    classes: dict[str, Visibility]
    access: dict[Visibility, _Access]


def mask_of(operator: Operator) -> FieldMask:
    """Return the operator's mask as it is now. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(CLEARANCE, {"role": operator.role, "id": operator.id})
        [(text,)] = cursor.fetchall()
    told = msgspec.json.decode(text, type=_Clearance)
    access = {**_defaults(operator.role), **told.access}
    return FieldMask(
        classes=told.classes,
        sees=frozenset(each for each, may in access.items() if may.sees),
        reveals=frozenset(each for each, may in access.items() if may.reveals),
    )


def _defaults(role: str) -> dict[Visibility, _Access]:
    return {
        each: _Access(role in SEEN_BY.get(each, ()), role in revealers)
        for each, revealers in REVEALED_BY.items()
    }
