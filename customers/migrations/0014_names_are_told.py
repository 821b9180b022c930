"""A name is what somebody told: what stands there without is somebody else's, left by an undoing.

Or was taken back. Nobody could give a name by hand until here.
"""

from django.db import migrations

FORGET = """
UPDATE customers_customer SET name = '' WHERE name <> '' AND NOT traits ? 'name';
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0013_profile_facts")]
    operations = [migrations.RunSQL(FORGET, migrations.RunSQL.noop)]
