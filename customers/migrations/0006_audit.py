"""The audit. Its rows are not changed, and go by retention alone."""

import django.db.models.functions.datetime
from django.db import migrations, models

REFUSE_CHANGES = """
CREATE FUNCTION customers_audit_is_appended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('sobani.audit_retention', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_is_appended BEFORE UPDATE OR DELETE ON customers_auditentry
    FOR EACH ROW EXECUTE FUNCTION customers_audit_is_appended();
"""
ALLOW_CHANGES = """
DROP TRIGGER audit_is_appended ON customers_auditentry;
DROP FUNCTION customers_audit_is_appended;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0006_database_times"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="time"
                    ),
                ),
                ("action", models.CharField(max_length=40, verbose_name="act")),
                ("actor_kind", models.CharField(max_length=16, verbose_name="kind of actor")),
                ("actor_id", models.UUIDField(null=True, verbose_name="actor's id")),
                ("actor_name", models.CharField(max_length=200, verbose_name="by")),
                ("ip", models.GenericIPAddressField(null=True, verbose_name="IP address")),
                ("customer_id", models.UUIDField(null=True, verbose_name="customer")),
                ("conversation_id", models.UUIDField(null=True, verbose_name="conversation")),
                ("what", models.JSONField(default=dict, verbose_name="what")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit entries",
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(fields=["customer_id", "-at"], name="audit_customer"),
                    models.Index(fields=["actor_id", "-at"], name="audit_actor"),
                    models.Index(fields=["-at", "-id"], name="audit_newest"),
                ],
            },
        ),
        migrations.RunSQL(REFUSE_CHANGES, ALLOW_CHANGES),
    ]
