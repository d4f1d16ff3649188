"""Scopes of keys, entry rules of sites, what a check at a gate leaves, and the rotating codes."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lookup.models.devices


class Migration(migrations.Migration):
    dependencies = [
        ("lookup", "0004_third_party_query"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RotatingCode",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("subject_key", models.UUIDField(editable=False)),
                ("lookup_id", models.UUIDField(editable=False)),
                (
                    "proof",
                    models.CharField(
                        choices=[
                            ("OWN", "OWN"),
                            ("KINSHIP", "KINSHIP"),
                            ("FACE_MATCHED", "FACE_MATCHED"),
                            ("NONE", "NONE"),
                        ],
                        max_length=12,
                        verbose_name="proof",
                    ),
                ),
                ("issued_at", models.DateTimeField(verbose_name="issued at")),
                ("expires_at", models.DateTimeField(db_index=True, verbose_name="expires at")),
                ("voided_at", models.DateTimeField(null=True, verbose_name="voided at")),
                ("used_at", models.DateTimeField(null=True, verbose_name="used at")),
                ("reused_at", models.DateTimeField(null=True, verbose_name="used elsewhere at")),
            ],
            options={
                "verbose_name": "rotating code",
                "verbose_name_plural": "rotating codes",
            },
        ),
        migrations.AddField(
            model_name="device",
            name="checks_per_minute",
            field=models.PositiveIntegerField(default=600, verbose_name="checks per minute"),
        ),
        migrations.AddField(
            model_name="devicekey",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("check:code", "check by code"),
                        ("check:document", "check by document number"),
                        ("batch", "many checks in one call"),
                    ],
                    max_length=14,
                ),
                default=lookup.models.devices.every_scope,
                size=None,
                verbose_name="may ask",
            ),
        ),
        migrations.AddField(
            model_name="devicekey",
            name="starts_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="works from"),
        ),
        migrations.AddField(
            model_name="lookup",
            name="code_id",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="lookup",
            name="entry_days",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="entry rule"),
        ),
        migrations.AddField(
            model_name="lookup",
            name="entry_verdict",
            field=models.CharField(
                blank=True, db_default="", max_length=7, verbose_name="verdict at the gate"
            ),
        ),
        migrations.AddField(
            model_name="lookup",
            name="key_prefix",
            field=models.CharField(blank=True, db_default="", max_length=8, verbose_name="device key"),
        ),
        migrations.AddField(
            model_name="lookup",
            name="staff_ref",
            field=models.CharField(blank=True, db_default="", max_length=40, verbose_name="shift"),
        ),
        migrations.AddField(
            model_name="site",
            name="entry_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Only with a rule of its own.",
                null=True,
                verbose_name="days of the own rule",
            ),
        ),
        migrations.AddField(
            model_name="site",
            name="entry_rule",
            field=models.CharField(
                choices=[
                    ("CITY", "the city's rule"),
                    ("NO_TEST", "no test is asked for"),
                    ("OWN", "a test of at most so many days"),
                ],
                default="CITY",
                max_length=7,
                verbose_name="entry rule",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("entry_days__isnull", False), ("entry_rule", "OWN")),
                    models.Q(models.Q(("entry_rule", "OWN"), _negated=True), ("entry_days__isnull", True)),
                    _connector="OR",
                ),
                name="site_has_days_with_a_rule_of_its_own_only",
                violation_error_message="A rule of its own needs its days, and any other rule has none.",
            ),
        ),
        migrations.AddField(
            model_name="rotatingcode",
            name="asker",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                to=settings.AUTH_USER_MODEL,
                verbose_name="asker",
            ),
        ),
        migrations.AddField(
            model_name="rotatingcode",
            name="reused_site",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="lookup.site",
                verbose_name="used elsewhere",
            ),
        ),
        migrations.AddField(
            model_name="rotatingcode",
            name="used_site",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="lookup.site",
                verbose_name="used at site",
            ),
        ),
        migrations.AddIndex(
            model_name="rotatingcode",
            index=models.Index(
                condition=models.Q(("reused_at__isnull", False)),
                fields=["lookup_id"],
                name="code_used_elsewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="rotatingcode",
            constraint=models.UniqueConstraint(
                condition=models.Q(("voided_at__isnull", True)),
                fields=("asker", "subject_key"),
                name="code_voids_the_former_of_asker_and_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="rotatingcode",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("issued_at"))),
                name="code_expires_after_its_issue",
            ),
        ),
        migrations.AddConstraint(
            model_name="rotatingcode",
            constraint=models.CheckConstraint(
                condition=models.Q(("reused_at__isnull", True), ("used_at__isnull", False), _connector="OR"),
                name="code_is_used_before_it_is_used_elsewhere",
            ),
        ),
    ]
