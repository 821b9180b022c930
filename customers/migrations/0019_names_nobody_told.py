"""For a while 0014 told the names that nobody had told, as operators': these go again.

They are known by their random ids, which nothing else makes here, and by the time of 0014: what an
operator has said of the same name since stays. Whose name others tell too gets it from the worker.
"""

from django.db import migrations

FORGET = """
CREATE TEMPORARY TABLE misnamed ON COMMIT DROP AS
SELECT trait.id, profile.customer_id
FROM customers_trait AS trait JOIN customers_profile AS profile ON profile.id = trait.profile_id
WHERE trait.key = 'name' AND trait.source = 'operator' AND trait.told_at IS NULL
    AND substr(trait.id::text, 15, 1) = '4'  -- a version 4; ours are of 7
    AND trait.changed_at <= (
        SELECT max(applied) + interval '1 minute' FROM django_migrations
        WHERE app = 'customers' AND name = '0014_names_are_told'
    );
DELETE FROM customers_trait WHERE id IN (SELECT id FROM misnamed);
UPDATE customers_customer SET name = '', traits = traits - 'name'
WHERE id IN (SELECT customer_id FROM misnamed) AND traits #>> '{name,source}' = 'operator';
UPDATE customers_context SET member_version = member_version + 1
WHERE customer_id IN (SELECT customer_id FROM misnamed);
INSERT INTO customers_reresolving (key, after)
SELECT 'name', '00000000-0000-0000-0000-000000000000' WHERE EXISTS (SELECT 1 FROM misnamed)
ON CONFLICT (key) DO UPDATE SET after = EXCLUDED.after, began_at = EXCLUDED.began_at;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0018_trait_told_at")]
    operations = [migrations.RunSQL(FORGET, migrations.RunSQL.noop)]
