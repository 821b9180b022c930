"""Contexts from before know of no inquiries."""

from django.db import migrations

COUNT = """
UPDATE customers_context x SET version = x.version + 1,
    data = x.data || jsonb_build_object('inquiries', jsonb_build_object(
        'count', told.count, 'began', to_jsonb(told.began[:10])))
FROM (SELECT customer_id, count(*) AS count, array_agg(created_at ORDER BY created_at DESC) AS began
      FROM talk_conversation GROUP BY customer_id) told
WHERE told.customer_id = x.customer_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("talk", "0016_table_columns"),
        ("customers", "0009_member_version"),
    ]
    operations = [migrations.RunSQL(COUNT, migrations.RunSQL.noop)]
