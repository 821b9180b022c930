"""A name that nobody told a trait for is an operator's word from now on."""

from django.db import migrations

TELL = """
INSERT INTO customers_trait (id, profile_id, key, source, value, changed_at, synced_at)
SELECT DISTINCT ON (customer.id)
    gen_random_uuid(), profile.id, 'name', 'operator', to_jsonb(customer.name), now(), now()
FROM customers_customer AS customer
JOIN customers_profile AS profile ON profile.customer_id = customer.id
WHERE customer.name <> '' AND customer.erased_at IS NULL AND NOT customer.traits ? 'name'
ORDER BY customer.id, profile.created_at, profile.id
ON CONFLICT DO NOTHING;
UPDATE customers_customer AS customer SET traits = traits || jsonb_build_object(
    'name', jsonb_build_object('value', customer.name, 'source', 'operator',
        'changed_at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'synced_at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))
WHERE customer.name <> '' AND customer.erased_at IS NULL AND NOT customer.traits ? 'name'
    AND EXISTS (SELECT 1 FROM customers_profile WHERE customer_id = customer.id);
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0013_profile_facts")]
    operations = [migrations.RunSQL(TELL, migrations.RunSQL.noop)]
