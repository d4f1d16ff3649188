"""The rules in force, the audit of every look-up, locks, and the devices at the gates."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey
from uuid_utils.compat import uuid7

from civil_time import civil_date
from healthcode.policy import CounterVersion, NoPolicyInForceError, Policy, StaleAfter
from healthcode.verdict import StatusCode
from lookup.admission import AdmissionPolicy, Door, Proof


@dataclass(frozen=True, kw_only=True)
class BudgetPolicy:
    """How much an asker without proof may ask. Source: docs/domain.md, 4."""

    assisted_subjects_per_day: int
    third_party_living_results: int
    failures_per_day: int
    failing_numbers_per_prefix: int


@dataclass(frozen=True, kw_only=True)
class PolicyInForce:
    """One policy row, read into the three values that the rule book, the doors and the budgets take."""

    name: str
    rule_book: Policy
    admission: AdmissionPolicy
    budgets: BudgetPolicy
    display_for_kin: timedelta
    display_for_others: timedelta


class PolicyRevisionQuerySet(models.QuerySet["PolicyRevision"]):
    """Sentences about policy rows."""

    def in_force(self, at: datetime) -> PolicyInForce:
        """Return the policy in force at an instant; raises NoPolicyInForceError before the first."""
        revision = self.filter(in_force_from__lte=at).order_by("-in_force_from").first()
        if revision is None:
            raise NoPolicyInForceError(
                "No policy was in force at that time. The first begins on 30 April 2022."
            )
        return revision.read()


class PolicyRevision(models.Model):
    """The whole rule set from an instant on. Added, never edited: a trigger refuses to change a row."""

    name = models.CharField(_("name"), max_length=20, unique=True)
    in_force_from = models.DateTimeField(_("in force from"), unique=True)
    note = models.TextField(_("what it changes"))
    counter = models.CharField(
        _("test counter"),
        max_length=2,
        choices=[(version.value, version.value) for version in CounterVersion],
    )
    entry_days = models.PositiveSmallIntegerField(
        _("entry rule"),
        null=True,
        blank=True,
        help_text=_("A test of at most so many days. Empty: no test needed."),
    )
    alert_1_days = models.PositiveSmallIntegerField(_("alert 1 lasts"), help_text=_("In days."))
    face_needed_for_assisted = models.BooleanField(_("assisted query needs a face on file"))
    orders_stale_after = models.DurationField(_("orders are stale after"), default=timedelta(hours=6))
    tests_stale_after = models.DurationField(_("tests are stale after"), default=timedelta(hours=6))
    registry_stale_after = models.DurationField(_("registry is stale after"), default=timedelta(hours=72))
    doses_stale_after = models.DurationField(_("doses are stale after"), default=timedelta(days=7))
    assisted_subjects_per_day = models.PositiveSmallIntegerField(
        _("people per account and day, assisted query"), default=20
    )
    third_party_living_results = models.PositiveSmallIntegerField(
        _("living results per account, third-party query"), default=4
    )
    failures_per_day = models.PositiveSmallIntegerField(_("failures per account and day"), default=10)
    failing_numbers_per_prefix = models.PositiveSmallIntegerField(
        _("failing numbers per prefix and day"), default=20
    )
    display_for_kin = models.DurationField(_("status shown to kin for"), default=timedelta(seconds=60))
    display_for_others = models.DurationField(_("status shown to others for"), default=timedelta(seconds=10))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("added by"),
    )

    objects = PolicyRevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["-in_force_from"]

    def __str__(self) -> str:
        return self.name

    def read(self) -> PolicyInForce:
        """Return the row as frozen values, so that no rule ever holds a model."""
        stale_after = StaleAfter(
            registry=self.registry_stale_after,
            tests=self.tests_stale_after,
            doses=self.doses_stale_after,
            orders=self.orders_stale_after,
        )
        return PolicyInForce(
            name=self.name,
            rule_book=Policy(
                name=self.name,
                in_force_from=self.in_force_from,
                counter=CounterVersion(self.counter),
                entry_days=self.entry_days,
                alert_1_for=timedelta(days=self.alert_1_days),
                stale_after=stale_after,
            ),
            admission=AdmissionPolicy(face_needed_for_assisted=self.face_needed_for_assisted),
            budgets=BudgetPolicy(
                assisted_subjects_per_day=self.assisted_subjects_per_day,
                third_party_living_results=self.third_party_living_results,
                failures_per_day=self.failures_per_day,
                failing_numbers_per_prefix=self.failing_numbers_per_prefix,
            ),
            display_for_kin=self.display_for_kin,
            display_for_others=self.display_for_others,
        )


class LookupQuerySet(models.QuerySet["Lookup"]):
    """Sentences about the audit."""

    def asked_by(self, asker_id: UUID) -> Self:
        return self.filter(asker_id=asker_id)

    def about(self, subject_key: UUID) -> Self:
        return self.filter(subject_key=subject_key)

    def on_day_of(self, at: datetime) -> Self:
        """Rows of the Shanghai day of an instant; prunes to one partition."""
        return self.filter(asked_on=civil_date(at))

    def without_proof(self) -> Self:
        return self.filter(proof=Proof.NONE)

    def failed(self) -> Self:
        """Rows whose asker read the bare unknown."""
        return self.filter(outcome=Lookup.Outcome.ANSWERED, shown_status=StatusCode.UNKNOWN)


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

    objects = LookupQuerySet.as_manager()

    class Meta:
        verbose_name = _("look-up")
        verbose_name_plural = _("look-ups")
        indexes = [
            models.Index(fields=["asker", "asked_on"], name="lookup_of_asker"),
            models.Index(fields=["subject_key", "asked_at"], name="lookup_about_subject"),
            models.Index(
                fields=["prefix_key"], condition=models.Q(prefix_key__isnull=False), name="lookup_of_prefix"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class AccessLock(models.Model):
    """The subject or a guardian has locked the doors for everyone without kinship."""

    subject_key = models.UUIDField(primary_key=True, editable=False)
    locked_at = models.DateTimeField(_("locked at"))
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("locked by"))

    class Meta:
        verbose_name = _("lock")
        verbose_name_plural = _("locks")

    def __str__(self) -> str:
        return str(self.subject_key)


class Site(models.Model):
    """A place with a gate: a school, a mall, a station."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("site"), max_length=80, unique=True)
    # Makes the pseudonym of a person differ from site to site.
    pseudonym_salt = models.UUIDField(default=uuid7, editable=False)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")

    def __str__(self) -> str:
        return self.name


class Device(models.Model):
    """A machine at a site that may check people."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="devices", verbose_name=_("site"))
    label = models.CharField(_("label"), max_length=60)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [
            models.UniqueConstraint(fields=["site", "label"], name="device_label_is_unique_at_its_site")
        ]

    def __str__(self) -> str:
        return f"{self.site}: {self.label}"


class DeviceKey(AbstractAPIKey):
    """A key of a device: shown once, stored hashed, known by its prefix."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="keys", verbose_name=_("device"))

    class Meta:
        ordering = ("-created",)
        verbose_name = _("device key")
        verbose_name_plural = _("device keys")

    def __str__(self) -> str:
        return str(self.prefix)
