"""Sign-up by one-time code, kinship by claim and its end by somebody's word, and notices."""

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0002_changed_seq"),
    ]

    operations = [
        migrations.CreateModel(
            name="IdentityAttempt",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_key", models.UUIDField(editable=False)),
                ("mobile_key", models.UUIDField(editable=False)),
                ("prefix_key", models.UUIDField(editable=False)),
                ("failed_at", models.DateTimeField(verbose_name="failed at")),
            ],
            options={
                "verbose_name": "failed proof of identity",
                "verbose_name_plural": "failed proofs of identity",
            },
        ),
        migrations.CreateModel(
            name="KinshipClaim",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("guardian_key", models.UUIDField(editable=False)),
                ("ward_key", models.UUIDField(db_index=True, editable=False)),
                ("ward_number_sealed", models.BinaryField()),
                (
                    "ward_document_type",
                    models.CharField(
                        choices=[
                            ("10", "resident identity card"),
                            ("14", "travel permit, Hong Kong and Macao"),
                            ("15", "travel permit, Taiwan"),
                            ("20", "passport"),
                            ("34", "foreign permanent resident card"),
                        ],
                        max_length=2,
                        verbose_name="document type",
                    ),
                ),
                ("ward_name_sealed", models.BinaryField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("PARENT", "parent"),
                            ("LEGAL_GUARDIAN", "legal guardian"),
                            ("CARER", "relative who cares for an adult"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "evidence",
                    models.CharField(
                        choices=[
                            ("HOUSEHOLD_REGISTER", "household register"),
                            ("BIRTH_CERTIFICATE", "birth certificate"),
                            ("COURT_DECISION", "court decision"),
                            ("OWN_CONFIRMATION", "confirmed by the ward"),
                        ],
                        max_length=20,
                        verbose_name="evidence",
                    ),
                ),
                ("evidence_reference_sealed", models.BinaryField()),
                ("claimed_at", models.DateTimeField(verbose_name="claimed at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "waiting for review"),
                            ("VERIFIED", "verified"),
                            ("REFUSED", "not verified"),
                            ("WITHDRAWN", "withdrawn"),
                        ],
                        default="WAITING",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                (
                    "refusal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("EVIDENCE_NOT_FOUND", "the evidence could not be found"),
                            ("EVIDENCE_DIFFERS", "the evidence names somebody else"),
                            ("PERSON_NOT_FOUND", "number and name do not agree with the registry"),
                            ("TOO_MANY_GUARDIANS", "the ward has as many guardians as may be"),
                            ("REFUSED_BY_WARD", "the ward did not agree"),
                        ],
                        max_length=20,
                        verbose_name="why not",
                    ),
                ),
            ],
            options={
                "verbose_name": "kinship claim",
                "verbose_name_plural": "kinship claims",
            },
        ),
        migrations.CreateModel(
            name="Notice",
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
                        choices=[
                            ("THIRD_PARTY_ANSWERED", "answered third-party query"),
                            ("RECORDS_ANSWERED", "tests and doses shown to somebody"),
                            ("LOCK_CLOSED", "lock closed"),
                            ("LOCK_OPENED", "lock opened"),
                            ("KINSHIP_CLAIMED", "kinship claimed"),
                            ("KINSHIP_VERIFIED", "kinship verified"),
                            ("KINSHIP_REFUSED", "kinship not verified"),
                            ("KINSHIP_ENDED", "kinship ended"),
                            ("KINSHIP_DISPUTED", "kinship disputed"),
                            ("PASSWORD_CHANGED", "password changed"),
                        ],
                        max_length=24,
                        verbose_name="kind",
                    ),
                ),
                ("subject_key", models.UUIDField(editable=False, null=True)),
                ("happened_at", models.DateTimeField(verbose_name="happened at")),
                ("next_try_at", models.DateTimeField(verbose_name="next try at")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
            },
        ),
        migrations.CreateModel(
            name="OneTimeCode",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[("SIGN_UP", "sign-up"), ("PASSWORD_RESET", "password reset")],
                        max_length=14,
                        verbose_name="purpose",
                    ),
                ),
                ("mobile_key", models.UUIDField(editable=False)),
                ("mobile_sealed", models.BinaryField()),
                ("code_sealed", models.BinaryField()),
                ("is_decoy", models.BooleanField(default=False, editable=False, verbose_name="decoy")),
                ("language", models.CharField(default="zh-hans", max_length=10, verbose_name="language")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("expires_at", models.DateTimeField(db_index=True, verbose_name="expires at")),
                ("tries_left", models.PositiveSmallIntegerField(verbose_name="tries left")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="used at")),
                ("next_try_at", models.DateTimeField(verbose_name="next try to send at")),
                ("sending_tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries to send")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
            ],
            options={
                "verbose_name": "one-time code",
                "verbose_name_plural": "one-time codes",
            },
        ),
        migrations.AddField(
            model_name="kinship",
            name="end",
            field=models.CharField(
                blank=True,
                choices=[
                    ("BY_GUARDIAN", "ended by the guardian"),
                    ("BY_WARD", "ended by the ward"),
                    ("DISPUTED", "disputed by another guardian; under review"),
                    ("BY_REVIEW", "ended after a review"),
                ],
                db_default="",
                max_length=12,
                verbose_name="end",
            ),
        ),
        migrations.AddField(
            model_name="kinship",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="ended at"),
        ),
        migrations.AddField(
            model_name="kinship",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="ended by",
            ),
        ),
        migrations.AlterField(
            model_name="kinship",
            name="evidence",
            field=models.CharField(
                choices=[
                    ("HOUSEHOLD_REGISTER", "household register"),
                    ("BIRTH_CERTIFICATE", "birth certificate"),
                    ("COURT_DECISION", "court decision"),
                    ("OWN_CONFIRMATION", "confirmed by the ward"),
                ],
                max_length=20,
                verbose_name="evidence",
            ),
        ),
        migrations.AddConstraint(
            model_name="kinship",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end", ""), ("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                        models.Q(("end", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="kinship_ends_by_a_named_word",
            ),
        ),
        migrations.AddIndex(
            model_name="identityattempt",
            index=models.Index(fields=["person_key", "failed_at"], name="attempt_about_person"),
        ),
        migrations.AddIndex(
            model_name="identityattempt",
            index=models.Index(fields=["mobile_key", "failed_at"], name="attempt_of_mobile"),
        ),
        migrations.AddIndex(
            model_name="identityattempt",
            index=models.Index(fields=["prefix_key", "failed_at"], name="attempt_at_prefix"),
        ),
        migrations.AddField(
            model_name="kinshipclaim",
            name="claimed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="kinship_claims",
                to=settings.AUTH_USER_MODEL,
                verbose_name="claimed by",
            ),
        ),
        migrations.AddField(
            model_name="kinshipclaim",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="kinshipclaim",
            name="kinship",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claim",
                to="identity.kinship",
                verbose_name="kinship",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to=settings.AUTH_USER_MODEL,
                verbose_name="recipient",
            ),
        ),
        migrations.AddIndex(
            model_name="onetimecode",
            index=models.Index(fields=["mobile_key", "created_at"], name="code_of_mobile"),
        ),
        migrations.AddIndex(
            model_name="onetimecode",
            index=models.Index(
                condition=models.Q(("sent_at__isnull", True)), fields=["next_try_at"], name="code_to_be_sent"
            ),
        ),
        migrations.AddConstraint(
            model_name="onetimecode",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("created_at"))),
                name="one_time_code_expires_after_it_is_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="kinshipclaim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "WAITING")),
                fields=("guardian_key", "ward_key"),
                name="one_waiting_claim_for_a_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="kinshipclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(("guardian_key", models.F("ward_key")), _negated=True),
                name="claimant_is_not_the_ward",
            ),
        ),
        migrations.AddConstraint(
            model_name="kinshipclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "WAITING")
                    ),
                    models.Q(
                        models.Q(("state", "WAITING"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="kinship_claim_is_decided_by_somebody_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="kinshipclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "REFUSED"), models.Q(("refusal", ""), _negated=True)),
                    models.Q(models.Q(("state", "REFUSED"), _negated=True), ("refusal", "")),
                    _connector="OR",
                ),
                name="refused_kinship_claim_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="kinshipclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kinship__isnull", False), ("state", "VERIFIED")),
                    models.Q(models.Q(("state", "VERIFIED"), _negated=True), ("kinship__isnull", True)),
                    _connector="OR",
                ),
                name="verified_kinship_claim_has_its_kinship",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["recipient", "-id"], name="notice_of_recipient"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("sent_at__isnull", True)),
                fields=["next_try_at"],
                name="notice_to_be_sent",
            ),
        ),
    ]
