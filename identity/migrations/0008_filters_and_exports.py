"""Filters that colleagues keep, and a row for each list that leaves as a file."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0007_second_step_of_staff"),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("exported_at", models.DateTimeField(verbose_name="exported at")),
                ("listed", models.CharField(max_length=60, verbose_name="list")),
                ("query", models.CharField(blank=True, max_length=500, verbose_name="filter")),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
                (
                    "exported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exports",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="exported by",
                    ),
                ),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("listed", models.CharField(max_length=60, verbose_name="list")),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("query", models.CharField(blank=True, max_length=500, verbose_name="filter")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_filters",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "saved filter",
                "verbose_name_plural": "saved filters",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "listed", "name"), name="saved_filter_has_one_name"
                    )
                ],
            },
        ),
    ]
