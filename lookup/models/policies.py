"""The rules in force: rows that are added and never edited."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from healthcode.policy import CounterVersion, NoPolicyInForceError, Policy, StaleAfter
from lookup.admission import AdmissionPolicy


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


class RuleValues(models.Model):
    """Everything that a set of rules says; shared by the rule in force and by whoever proposes one."""

    in_force_from = models.DateTimeField(_("in force from"))
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

    class Meta:
        abstract = True

    def read_as(self, name: str) -> PolicyInForce:
        """Return the values frozen, under a name."""
        stale_after = StaleAfter(
            registry=self.registry_stale_after,
            tests=self.tests_stale_after,
            doses=self.doses_stale_after,
            orders=self.orders_stale_after,
        )
        return PolicyInForce(
            name=name,
            rule_book=Policy(
                name=name,
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

    @classmethod
    def value_names(cls) -> tuple[str, ...]:
        """Return the names of the values, without note and beginning."""
        own = {"in_force_from", "note"}
        return tuple(field.name for field in RuleValues._meta.local_fields if field.name not in own)


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


class PolicyRevision(RuleValues):
    """The whole rule set from an instant on. Added, never edited: a trigger refuses to change a row."""

    name = models.CharField(_("name"), max_length=20, unique=True)
    in_force_from = models.DateTimeField(_("in force from"), unique=True)
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
        return self.read_as(self.name)
