"""Layouts know which blocks there were; those that came since stand in their built-in place."""

import django.contrib.postgres.fields
from django.db import migrations, models

import talk.models.sidebar

# Who had put labels or notes anywhere knew of both; nobody knew of the kinds that come now.
KNEW = """
UPDATE talk_sidebarlayout layout SET knows = ARRAY(
    SELECT kind FROM unnest(layout.knows) AS kind
    WHERE kind NOT IN ('segments', 'did') AND (kind NOT IN ('labels', 'notes') OR EXISTS (
        SELECT 1 FROM talk_sidebarline line
        WHERE line.layout_id = layout.id AND line.kind IN ('labels', 'notes'))))
"""


# A layout of then knows no kind that came after, whichever version takes its database over.
KINDS = [
    *("now", "pages", "cart", "items", "order", "errors", "past", "identifiers", "section"),
    *("value", "data", "member", "links", "visits", "device", "conversation", "labels", "notes"),
    *("segments", "did"),
]


def kinds_of_now() -> list[str]:
    return list(KINDS)


class Migration(migrations.Migration):
    dependencies = [
        ("talk", "0022_erased_conversations"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="sidebarline",
            name="sidebarline_kind",
        ),
        migrations.AddField(
            model_name="sidebarlayout",
            name="knows",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=16),
                default=kinds_of_now,
                editable=False,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="sidebarlayout",
            name="knows",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=16),
                default=talk.models.sidebar.all_kinds,
                editable=False,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="sidebarlayout",
            name="segment_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64),
                blank=True,
                default=list,
                help_text="For customers in one of these, as far as the operator sees segments",
                size=None,
                verbose_name="segments",
            ),
        ),
        migrations.AlterField(
            model_name="fieldrule",
            name="key",
            field=models.CharField(
                help_text="A key of member data (plan), a kind of identifier (email, phone, user_id, line), name, what customers do (context.pages, context.cart, context.items, context.order, context.errors, context.did, context.visits, context.device), where they belong (context.segments, context.crm), what operators keep about them (customer.notes, customer.labels), or * for all other member data",
                max_length=60,
                unique=True,
                verbose_name="key",
            ),
        ),
        migrations.AlterField(
            model_name="sidebarline",
            name="kind",
            field=models.CharField(
                choices=[
                    ("now", "Page they are on"),
                    ("identifiers", "Identifiers"),
                    ("section", "Heading of values"),
                    ("value", "Value"),
                    ("data", "Table or object"),
                    ("member", "All other member data"),
                    ("links", "Links to own tools"),
                    ("errors", "Errors met"),
                    ("cart", "Cart"),
                    ("items", "Items looked at"),
                    ("order", "Last order"),
                    ("pages", "Last pages"),
                    ("visits", "Visits"),
                    ("device", "Device"),
                    ("past", "Past conversations"),
                    ("conversation", "This conversation"),
                    ("labels", "Labels"),
                    ("notes", "Notes about the customer"),
                    ("segments", "Segments"),
                    ("did", "What else they did"),
                ],
                max_length=16,
                verbose_name="block",
            ),
        ),
        migrations.AddConstraint(
            model_name="sidebarline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "now",
                            "pages",
                            "cart",
                            "items",
                            "order",
                            "errors",
                            "past",
                            "identifiers",
                            "section",
                            "value",
                            "data",
                            "member",
                            "links",
                            "visits",
                            "device",
                            "conversation",
                            "labels",
                            "notes",
                            "segments",
                            "did",
                        ],
                    )
                ),
                name="sidebarline_kind",
            ),
        ),
        migrations.RunSQL(KNEW, migrations.RunSQL.noop),
    ]
