"""The audit of every look-up."""

from datetime import UTC, date, datetime
from typing import Self
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from civil_time import civil_date
from healthcode.verdict import StatusCode
from lookup.admission import Door, FaceStep, Proof


class LookupQuerySet(models.QuerySet["Lookup"]):
    """Sentences about the audit."""

    def asked_by(self, asker_id: UUID) -> Self:
        return self.filter(asker_id=asker_id)

    def about(self, subject_key: UUID) -> Self:
        return self.filter(subject_key=subject_key)

    def on_day_of(self, at: datetime) -> Self:
        """Rows of the Shanghai day of an instant; prunes to one partition."""
        return self.filter(asked_on=civil_date(at))

    def on_days(self, first: date, last: date) -> Self:
        """Rows of some Shanghai days, both included; prunes to their partitions."""
        return self.filter(asked_on__range=(first, last))

    def with_id(self, lookup_id: UUID) -> Self:
        """The row of an id, which carries the time of asking; prunes to one partition."""
        asked_at = _asked_at(lookup_id)
        return self.none() if asked_at is None else self.on_day_of(asked_at).filter(id=lookup_id)

    def without_proof(self) -> Self:
        return self.filter(proof=Proof.NONE)

    def failed(self) -> Self:
        """Rows whose asker read the bare unknown."""
        return self.filter(self.is_failed())

    @staticmethod
    def is_failed() -> models.Q:
        """The condition of ``failed``, to be joined with others."""
        return models.Q(outcome=Lookup.Outcome.ANSWERED, shown_status=StatusCode.UNKNOWN)


class Lookup(models.Model):
    """One question and what came of it: the audit row. Durable before anything is disclosed.

    Partitioned by ``asked_on``. Holds facts and standing as they were, without identity, so that the
    decision can be replayed; who asked and about whom stand as keys. Source: docs/domain.md, 4 and 5.
    """

    class Outcome(models.TextChoices):
        OPEN = "OPEN", _("open")
        ANSWERED = "ANSWERED", _("answered")
        REFUSED = "REFUSED", _("refused")

    id = models.UUIDField(primary_key=True, editable=False)
    asked_on = models.DateField(_("asked on"))
    asked_at = models.DateTimeField(_("asked at"))
    door = models.CharField(_("door"), max_length=11, choices=[(door.value, door.value) for door in Door])
    proof = models.CharField(
        _("proof"), max_length=12, choices=[(proof.value, proof.value) for proof in Proof]
    )
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        verbose_name=_("asker"),
    )
    device = models.ForeignKey(
        "lookup.Device",
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        verbose_name=_("device"),
    )
    subject_key = models.UUIDField(editable=False)
    prefix_key = models.UUIDField(null=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    refusal = models.CharField(_("refusal"), max_length=30, blank=True)
    status = models.CharField(_("status"), max_length=11, blank=True)
    shown_status = models.CharField(_("status shown"), max_length=11, blank=True)
    reasons = models.JSONField(_("reasons"), default=list)
    facts = models.JSONField(null=True)
    standing = models.JSONField(null=True)
    policy = models.CharField(_("policy"), max_length=20, blank=True)
    rules = models.CharField(_("rules version"), max_length=20, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True)
    face_step = models.CharField(
        _("face step"),
        max_length=14,
        choices=[(step.value, step.value) for step in FaceStep],
        blank=True,
        db_default="",
    )
    # A newer result about the same person has taken this one's place.
    voided_at = models.DateTimeField(_("voided at"), null=True)
    # Of a check at a gate: with which key, at whose shift, by which code, what the gate was told, and the
    # days that its site asked for.
    key_prefix = models.CharField(_("device key"), max_length=8, blank=True, db_default="")
    staff_ref = models.CharField(_("shift"), max_length=40, blank=True, db_default="")
    code_id = models.UUIDField(null=True, editable=False)
    entry_verdict = models.CharField(_("verdict at the gate"), max_length=7, blank=True, db_default="")
    entry_days = models.PositiveSmallIntegerField(_("entry rule"), null=True)

    objects = LookupQuerySet.as_manager()

    class Meta:
        verbose_name = _("look-up")
        verbose_name_plural = _("look-ups")
        indexes = [
            models.Index(fields=["asker", "asked_on"], name="lookup_of_asker"),
            models.Index(fields=["subject_key", "asked_at"], name="lookup_about_subject"),
            # Few, and looked at every few minutes by whoever seeks contradictions.
            models.Index(
                fields=["asked_at"], condition=models.Q(status="UNKNOWN"), name="lookup_that_was_unknown"
            ),
            # Rows come in by time, so an index of a few pages leads to the rows of an hour.
            BrinIndex(fields=["asked_at"], name="lookup_by_time", pages_per_range=32),
            models.Index(
                fields=["prefix_key"], condition=models.Q(prefix_key__isnull=False), name="lookup_of_prefix"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


def _asked_at(lookup_id: UUID) -> datetime | None:
    if lookup_id.version != 7:
        return None
    try:
        return datetime.fromtimestamp((lookup_id.int >> 80) / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
