from django.db import migrations, models

# Rows in the log are of the old shape: everybody fetches anew instead of resuming from them.
NEW_EPOCH = "UPDATE talk_epoch SET value = gen_random_uuid(), began_at = now()"


class Migration(migrations.Migration):
    dependencies = [("talk", "0006_operator_version")]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="visitor_version",
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.RunSQL(NEW_EPOCH, NEW_EPOCH),
    ]
