"""One-time codes of the staff: the phone and the codes on paper."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0006_notices_of_cases"),
    ]

    operations = [
        migrations.CreateModel(
            name="SecondFactor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(default="TOTP", editable=False, max_length=64)),
                ("confirmed", models.BooleanField(default=False, verbose_name="confirmed")),
                ("secret_sealed", models.BinaryField()),
                ("enrolment_hash", models.BinaryField(default=b"", max_length=32)),
                (
                    "enrolment_ends_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="enrolment ends at"),
                ),
                ("last_step", models.BigIntegerField(default=-1, editable=False)),
                (
                    "failures",
                    models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="failures"),
                ),
                ("next_try_at", models.DateTimeField(editable=False, null=True, verbose_name="next try at")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="second_factor",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "second step",
                "verbose_name_plural": "second steps",
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code_hash", models.BinaryField(max_length=32)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "factor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to="identity.secondfactor",
                    ),
                ),
            ],
            options={
                "verbose_name": "recovery code",
                "verbose_name_plural": "recovery codes",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("factor", "code_hash"), name="recovery_code_is_given_once"
                    )
                ],
            },
        ),
    ]
