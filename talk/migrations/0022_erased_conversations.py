"""Conversations of erased customers take nothing any more."""

from django.db import migrations, models

MARK = """
UPDATE talk_conversation c SET erased_at = customer.erased_at
FROM customers_customer customer
WHERE customer.id = c.customer_id AND customer.erased_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_erasure"),
        ("talk", "0021_labels"),
    ]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="erased_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="erased at"
            ),
        ),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
