"""The event log, partitioned by day. `id` is only a name; `xid` is what readers go by."""

from django.db import migrations

CREATE = """
CREATE TABLE talk_event (
    id bigint GENERATED ALWAYS AS IDENTITY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL,
    inbox_id uuid,
    conversation_id uuid,
    profile_id uuid,
    operator_id uuid,
    version bigint NOT NULL DEFAULT 0,
    rows jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE talk_event_default PARTITION OF talk_event DEFAULT;
CREATE INDEX talk_event_xid ON talk_event (xid);
CREATE INDEX talk_event_inbox ON talk_event (inbox_id, xid);
CREATE INDEX talk_event_profile ON talk_event (profile_id, xid);
INSERT INTO talk_epoch (singleton, value, began_at, dropped_xid)
    VALUES (true, gen_random_uuid(), now(), 0);
ALTER TABLE talk_conversation SET (fillfactor = 70);
"""


class Migration(migrations.Migration):
    dependencies = [("talk", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE talk_event; DELETE FROM talk_epoch;")]
