"""Tallies of the hours of the audit, and an index by which the youngest hours are counted."""

import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lookup", "0008_unknowns_are_found_by_time"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HourTally",
            fields=[
                (
                    "begins_at",
                    models.DateTimeField(primary_key=True, serialize=False, verbose_name="begins at"),
                ),
                ("counts", models.JSONField(default=list, verbose_name="counts")),
            ],
            options={
                "verbose_name": "tally of an hour",
                "verbose_name_plural": "tallies of the hours",
            },
        ),
        migrations.AddIndex(
            model_name="lookup",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["asked_at"], name="lookup_by_time", pages_per_range=32
            ),
        ),
    ]
