from django.db import migrations, models

# Of a yes nobody knows when it was said: it is older than any word. A no counts as said last.
FILL = """
UPDATE customers_profile SET consent_at = facts_at WHERE facts ->> 'consent' IN ('denied', 'gpc');
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0019_names_nobody_told")]
    operations = [
        migrations.AddField(
            model_name="profile",
            name="consent_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
