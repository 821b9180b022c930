"""The mark of an activity says until when it is kept: longer for what servers tell."""

from django.db import migrations

CHANGE = """
ALTER TABLE customers_activity_seen
    ADD COLUMN forget_at timestamptz NOT NULL DEFAULT now() + interval '8 days';
CREATE INDEX customers_activity_seen_forget ON customers_activity_seen (forget_at);
ALTER TABLE customers_activity_seen DROP COLUMN received_at;
"""
BACK = """
ALTER TABLE customers_activity_seen
    ADD COLUMN received_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX customers_activity_seen_received ON customers_activity_seen (received_at);
ALTER TABLE customers_activity_seen DROP COLUMN forget_at;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0015_kept_since")]
    operations = [migrations.RunSQL(CHANGE, BACK)]
