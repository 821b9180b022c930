"""Opening a conversation reads no table that grows from end to end, and no activity at all.

Its statements are kept by the connection (`customers.prepared`): one plan has to suit everybody.
"""

import re
from uuid import UUID, uuid4

import pytest
from django.db import connection

from talk import queries
from talk.actions import messages
from talk.policy import Actor
from tests.cast import Cast, actor

pytestmark = pytest.mark.django_db
MANY = """
CREATE TEMPORARY TABLE made ON COMMIT DROP AS
SELECT gen_random_uuid() AS id, gen_random_uuid() AS profile_id, gen_random_uuid() AS said_id
FROM generate_series(1, 3000);
INSERT INTO customers_customer (id, name, locale, traits, created_at)
    SELECT id, '', '', '{}', now() FROM made;
INSERT INTO customers_profile (id, customer_id, kind, created_at)
    SELECT profile_id, id, 'browser', now() FROM made;
INSERT INTO customers_context (customer_id, version, data, updated_at)
    SELECT id, 1, '{}', now() FROM made;
INSERT INTO customers_identity
    (id, profile_id, kind, value, value_norm, verified_by, verified_at, created_at)
    SELECT gen_random_uuid(), profile_id, 'user_id', id, id, 'site', now(), now() FROM made;
INSERT INTO customers_claim (id, profile_id, kind, value, value_norm, claimed_at)
    SELECT gen_random_uuid(), profile_id, 'email', id, id, now() FROM made;
INSERT INTO talk_conversation
    SELECT (jsonb_populate_record(c, jsonb_build_object('id', said_id, 'customer_id', made.id,
        'profile_id', made.profile_id))).* FROM talk_conversation c, made;
INSERT INTO talk_message
    SELECT (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(),
        'conversation_id', said_id, 'client_id', gen_random_uuid()))).* FROM talk_message m, made;
INSERT INTO talk_note (id, conversation_id, kind, client_id, version, after_seq, body, data,
    created_at) SELECT gen_random_uuid(), said_id, 'note', gen_random_uuid(), 3, 1, 'n', '{}', now()
    FROM made;
INSERT INTO talk_delivery (message_id, state, reason, attempts, updated_at)
    SELECT id, 'accepted', '', 1, now() FROM talk_message;
INSERT INTO talk_customernote (id, profile_id, operator_id, client_id, body, version)
    SELECT gen_random_uuid(), profile_id, o.id, gen_random_uuid(), 'n', 1
    FROM made, (SELECT id FROM talk_operator LIMIT 1) o;
INSERT INTO talk_label (id, name, color, description, position, is_archived, version)
    VALUES (gen_random_uuid(), 'label', 'gray', '', 0, false, 1);
INSERT INTO talk_profilelabel (profile_id, label_id) SELECT profile_id, talk_label.id
    FROM made, talk_label;
ANALYZE;
"""
KEPT = """
SELECT name, array_length(parameter_types, 1) FROM pg_prepared_statements
WHERE statement LIKE 'SELECT (jsonb_build_object(''messages''%'
    OR statement LIKE 'SELECT jsonb_build_object(''id'', c.id,%' ORDER BY prepare_time
"""
# What an administrator makes by hand, and who works here.
SMALL = re.compile(r"talk_(sidebar|toollink|headline|team|operator|inbox|label)")


def plans(me: Actor, id: UUID) -> list[str]:
    """Return the plans that every opening shares, of the statements that it consists of."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        queries.thread(me, id)
        cursor.execute(KEPT)
        return [_plan(name, count) for name, count in cursor.fetchall()]


def _plan(name: str, count: int) -> str:
    nothing = ", ".join(["NULL"] * count)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (COSTS OFF) EXECUTE {name}({nothing})")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize("who", ["aoi", "oto"])
def test_ac22_opening_goes_by_indexes_and_past_activities(cast: Cast, who: str) -> None:
    me = actor(getattr(cast, who))
    row = messages.receive(cast.guest().visitor, client_id=uuid4(), body="一").conversation
    with connection.cursor() as cursor:
        cursor.execute(MANY)
    made = plans(me, row.id)
    assert len(made) == 2
    scanned = {table for plan in made for table in re.findall(r"Seq Scan on (\w+)", plan)}
    assert {table for table in scanned if not SMALL.match(table)} == set()
    assert "customers_activity" not in "\n".join(made)
    assert "Index Scan" in made[1]
    # The same without an index, or the test could not fail.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP INDEX conversation_past")
    bare = plans(me, row.id)
    assert "Seq Scan on talk_conversation" in "\n".join(bare)
