"""Activities, partitioned by month; `activity_seen` makes a repeated batch harmless for 48 h."""

from django.db import migrations

CREATE = """
CREATE TABLE customers_activity (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    profile_id uuid NOT NULL,
    kind text NOT NULL,
    props jsonb NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE customers_activity_default PARTITION OF customers_activity DEFAULT;
CREATE INDEX customers_activity_customer ON customers_activity (customer_id, kind, at DESC);
CREATE INDEX customers_activity_at ON customers_activity USING brin (at);
CREATE TABLE customers_activity_seen (
    id uuid PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX customers_activity_seen_received ON customers_activity_seen (received_at);
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [
        migrations.RunSQL(
            CREATE, "DROP TABLE customers_activity; DROP TABLE customers_activity_seen;"
        )
    ]
