"""Who has unlinked LINE was kept as if they had been joined: erasing them would erase the other."""

from django.db import migrations, models


def mark(apps, schema_editor):
    logs = apps.get_model("customers", "MergeLog").objects.filter(reason="unlinked", actor="line")
    logs.update(is_parting=True, before={})


class Migration(migrations.Migration):
    dependencies = [("customers", "0021_reasons_of_merges")]

    operations = [
        migrations.AddField(
            model_name="mergelog",
            name="is_parting",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
