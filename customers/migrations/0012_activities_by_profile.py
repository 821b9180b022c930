"""Activities are their profile's: whose they are follows from whose the profile is now."""

from django.db import migrations

CHANGE = """
ALTER TABLE customers_activity DROP COLUMN customer_id;
ALTER TABLE customers_activity ADD COLUMN is_present boolean NOT NULL DEFAULT true;
CREATE INDEX customers_activity_profile ON customers_activity (profile_id, at DESC);
UPDATE customers_mergelog SET before = '{}' WHERE undone_at IS NOT NULL AND before <> '{}';
"""
BACK = """
DROP INDEX customers_activity_profile;
ALTER TABLE customers_activity DROP COLUMN is_present;
ALTER TABLE customers_activity ADD COLUMN customer_id uuid;
UPDATE customers_activity AS activity SET customer_id = profile.customer_id
FROM customers_profile AS profile WHERE profile.id = activity.profile_id;
DELETE FROM customers_activity WHERE customer_id IS NULL;
ALTER TABLE customers_activity ALTER COLUMN customer_id SET NOT NULL;
CREATE INDEX customers_activity_customer ON customers_activity (customer_id, kind, at DESC);
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0011_conflict_reasons")]
    operations = [migrations.RunSQL(CHANGE, BACK)]
