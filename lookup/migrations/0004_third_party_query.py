"""The third-party query: consents, the face step in the audit, voided results, signs of abuse."""

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lookup", "0003_policies_are_never_edited"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="lookup",
            name="face_step",
            field=models.CharField(
                blank=True,
                choices=[
                    ("MATCHED", "MATCHED"),
                    ("PORTRAIT", "PORTRAIT"),
                    ("DECLINED", "DECLINED"),
                    ("NAME_DIFFERS", "NAME_DIFFERS"),
                    ("FACE_DIFFERS", "FACE_DIFFERS"),
                    ("NOT_LIVE", "NOT_LIVE"),
                    ("NO_REFERENCE", "NO_REFERENCE"),
                    ("NO_PERSON", "NO_PERSON"),
                ],
                db_default="",
                max_length=14,
                verbose_name="face step",
            ),
        ),
        migrations.AddField(
            model_name="lookup",
            name="voided_at",
            field=models.DateTimeField(null=True, verbose_name="voided at"),
        ),
        migrations.CreateModel(
            name="AbuseAlert",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("WALKING_SUFFIXES", "numbers of one prefix tried one by one")],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("raised_on", models.DateField(verbose_name="raised on")),
                ("raised_at", models.DateTimeField(verbose_name="raised at")),
                ("prefix_key", models.UUIDField(editable=False)),
                ("numbers", models.PositiveIntegerField(verbose_name="failing numbers")),
                ("accounts", models.PositiveIntegerField(verbose_name="accounts")),
                (
                    "acknowledged_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="acknowledged at"),
                ),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="acknowledged by",
                    ),
                ),
            ],
            options={
                "verbose_name": "sign of abuse",
                "verbose_name_plural": "signs of abuse",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "prefix_key", "raised_on"),
                        name="one_sign_of_abuse_a_day_for_a_prefix",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("acknowledged_at__isnull", True), ("acknowledged_by__isnull", True)),
                            models.Q(("acknowledged_at__isnull", False), ("acknowledged_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="abuse_is_acknowledged_by_somebody_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject_key", models.UUIDField(editable=False)),
                ("given_at", models.DateTimeField(verbose_name="given at")),
                ("expires_at", models.DateTimeField(db_index=True, verbose_name="expires at")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="used at")),
                (
                    "asker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asker",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("given_at"))),
                        name="consent_expires_after_it_is_given",
                    )
                ],
            },
        ),
    ]
