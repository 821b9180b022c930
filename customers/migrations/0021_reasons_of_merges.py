"""What joins customers by itself was kept as an English sentence; it is a code by now."""

from django.db import migrations

CODES = {
    "Both hold the same verified identifier": "same_identifier",
    "The site signed the same user id": "same_user",
    "The customer has unlinked LINE": "unlinked",
}


def name(apps, schema_editor):
    for sentence, code in CODES.items():
        apps.get_model("customers", "MergeLog").objects.filter(reason=sentence).update(reason=code)


class Migration(migrations.Migration):
    dependencies = [("customers", "0020_consent_at")]

    operations = [migrations.RunPython(name, migrations.RunPython.noop)]
