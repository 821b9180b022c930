"""What must hold in the databases after the load, or the figures are worth nothing."""

from psycopg import sql

from bench.ground import Ground

COUNT = """
SELECT count(*) FROM {conversations} c LEFT JOIN LATERAL (
    SELECT count(*) AS n, coalesce(max(seq), 0) AS top FROM {messages} m
    WHERE m.conversation_id = c.id
) x ON true WHERE (x.n, x.top) <> (c.last_seq, x.n)
"""
PREFIX = {"ours": "talk_", "plain": ""}


def assert_dense(ground: Ground, database: str, dialect: str) -> None:
    """Every conversation has the messages 1 to `last_seq`, none missing, none twice."""
    names = {
        f"{name}s": sql.Identifier(f"{PREFIX[dialect]}{name}")
        for name in ("conversation", "message")
    }
    with ground.connect(database) as connection:
        row = connection.execute(sql.SQL(COUNT).format(**names)).fetchone()
    if row is None or row[0]:
        raise AssertionError(f"{database}: {row and row[0]} conversations have gaps")
