"""How many conversations each view holds, counted up to a limit."""

from uuid import UUID

from msgspec import Struct

from talk.policy import Actor, Permission, require
from talk.queries import sql
from talk.queries.conversations import VIEW_SQL

# Nobody works through more, and counting all of a long history would read all of it.
MOST_COUNTED = 1000


class Counts(Struct, frozen=True):
    """The size of each view; `most` means: that many or more."""

    mine: int
    unassigned: int
    all: int
    snoozed: int
    resolved: int
    most: int


def conversation_counts(actor: Actor, *, inbox_id: UUID | None = None) -> Counts:
    """Count every view as `conversation_rows` would list it, in one statement.

    Each view's part ends at `MOST_COUNTED` rows of the index that its list is read by.
    """
    require(actor, Permission.CONVERSATION_READ, inbox_id)
    where = f"""
        {"AND c.inbox_id = %(inbox)s" if inbox_id else ""}
        {"AND c.inbox_id = ANY(%(visible)s)" if actor.inbox_ids is not None else ""}
        """
    counted = ", ".join(
        f"'{view}', (SELECT count(*) FROM (SELECT FROM talk_conversation c"
        f" WHERE {condition} {where} LIMIT %(most)s) AS found)"
        for view, condition in VIEW_SQL.items()
    )
    return sql.only(
        Counts,
        f"SELECT jsonb_build_object({counted}, 'most', %(most)s::int)::text",
        {
            "operator": actor.operator_id,
            "inbox": inbox_id,
            "visible": list(actor.inbox_ids or ()),
            "most": MOST_COUNTED,
        },
    )
