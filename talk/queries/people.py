"""Operators, teams, inboxes and labels, as far as the actor may see them."""

from talk.policy import Actor, Permission, require
from talk.queries import sql
from talk.rows import (
    INBOX_JSON,
    LABEL_JSON,
    OPERATOR_JSON,
    InboxRow,
    LabelRow,
    OperatorRow,
    TeamRow,
)


def inboxes(actor: Actor) -> list[InboxRow]:
    require(actor, Permission.INBOX_READ)
    return sql.rows(
        InboxRow,
        f"SELECT {INBOX_JSON}::text FROM talk_inbox i"
        " WHERE %(all)s OR i.id = ANY(%(visible)s) ORDER BY i.created_at",
        _visible(actor),
    )


def operators(actor: Actor) -> list[OperatorRow]:
    """Return all operators, inactive ones too: they have written messages."""
    require(actor, Permission.OPERATOR_READ)
    return sql.rows(
        OperatorRow, f"SELECT {OPERATOR_JSON}::text FROM talk_operator o ORDER BY o.name, o.id", {}
    )


def labels(actor: Actor) -> list[LabelRow]:
    """Return the whole list in its order, archived ones too: they stay where they were put."""
    require(actor, Permission.LABEL_READ)
    return sql.rows(
        LabelRow, f"SELECT {LABEL_JSON}::text FROM talk_label l ORDER BY l.position, l.name", {}
    )


def own_row(actor: Actor) -> OperatorRow:
    """Return the asker's own row, which needs no permission."""
    [row] = sql.rows(
        OperatorRow,
        f"SELECT {OPERATOR_JSON}::text FROM talk_operator o WHERE o.id = %(id)s",
        {"id": actor.operator_id},
    )
    return row


def teams(actor: Actor) -> list[TeamRow]:
    """Return every team, with those of its inboxes that the actor may see."""
    require(actor, Permission.TEAM_READ)
    return sql.rows(
        TeamRow,
        """
        SELECT jsonb_build_object('id', t.id, 'name', t.name,
            'inbox_ids', (SELECT coalesce(jsonb_agg(l.inbox_id ORDER BY l.inbox_id), '[]')
                          FROM talk_team_inboxes l WHERE l.team_id = t.id
                          AND (%(all)s OR l.inbox_id = ANY(%(visible)s))),
            'operator_ids', (SELECT coalesce(jsonb_agg(l.operator_id ORDER BY l.operator_id), '[]')
                             FROM talk_team_operators l WHERE l.team_id = t.id))::text
        FROM talk_team t ORDER BY t.name
        """,
        _visible(actor),
    )


def _visible(actor: Actor) -> dict[str, object]:
    return {"all": actor.inbox_ids is None, "visible": list(actor.inbox_ids or ())}
