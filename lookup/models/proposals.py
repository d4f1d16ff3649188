"""Rules that somebody proposes: they become a policy when a second colleague approves."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from civil_time import SHANGHAI, civil_date, start_of
from lookup.models.policies import PolicyInForce, PolicyRevision, RuleValues


class PolicyProposal(RuleValues):
    """A set of rules on its way into force. Its values are never edited: a trigger refuses.

    So a dry run and an approval always speak of the same values. Who errs withdraws, and proposes anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    made_at = models.DateTimeField(_("proposed at"))
    emergency_reason = models.TextField(
        _("why it cannot wait"),
        blank=True,
        help_text=_(
            "Only for an emergency: it waives the notice and the dry run beforehand. A second colleague "
            "approves all the same, and the dry run follows by itself."
        ),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    revision = models.OneToOneField(
        PolicyRevision, models.PROTECT, null=True, related_name="proposal", verbose_name=_("policy")
    )
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    class Meta:
        verbose_name = _("proposed policy")
        verbose_name_plural = _("proposed policies")
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("made_by")),
                name="approver_is_not_maker",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True, approved_at__isnull=True, revision__isnull=True)
                | models.Q(approved_by__isnull=False, approved_at__isnull=False, revision__isnull=False),
                name="approval_names_who_when_and_the_policy",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True)
                | models.Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False, approved_at__isnull=True),
                name="withdrawal_is_named_and_before_approval",
            ),
        ]

    def __str__(self) -> str:
        return policy_name(self.in_force_from)

    @property
    def is_emergency(self) -> bool:
        return bool(self.emergency_reason)

    @property
    def is_open(self) -> bool:
        return self.approved_at is None and self.withdrawn_at is None

    def read(self) -> PolicyInForce:
        """Return the proposed rules as frozen values, under the name that they would have."""
        return self.read_as(policy_name(self.in_force_from))


def policy_name(in_force_from: datetime) -> str:
    """Return the name of a policy: its day, or day and time where it does not begin at midnight."""
    if in_force_from == start_of(civil_date(in_force_from)):
        return civil_date(in_force_from).isoformat()
    return f"{in_force_from.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


class DryRun(models.Model):
    """One computation of a proposal over everybody. Its groups are written in one piece, at its end."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    proposal = models.ForeignKey(
        PolicyProposal, models.PROTECT, related_name="dry_runs", verbose_name=_("proposed policy")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    begun_at = models.DateTimeField(_("begun at"), null=True)
    compared_with = models.CharField(_("compared with"), max_length=20, blank=True)
    classes = models.PositiveIntegerField(_("classes"), null=True)
    classes_judged = models.PositiveIntegerField(_("classes judged"), default=0)
    people = models.PositiveBigIntegerField(_("people"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("dry run")
        verbose_name_plural = _("dry runs")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal"],
                condition=models.Q(finished_at__isnull=True),
                name="one_dry_run_at_a_time_of_a_proposal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def percent(self) -> int | None:
        """How far it is, in percent of the classes; None while people are still being grouped."""
        if self.classes is None:
            return None
        return 100 if not self.classes else 100 * self.classes_judged // self.classes


class DryRunGroup(models.Model):
    """How many people of one kind get the same answer before and after, at one door. Counts, no people."""

    id = models.BigAutoField(primary_key=True)
    dry_run = models.ForeignKey(DryRun, models.CASCADE, related_name="groups", verbose_name=_("dry run"))
    door = models.CharField(_("door"), max_length=11)
    age_from = models.PositiveSmallIntegerField(_("age"))
    document_type = models.CharField(_("document type"), max_length=2)
    district = models.CharField(_("district"), max_length=40, blank=True)
    before = models.CharField(_("answer before"), max_length=11)
    after = models.CharField(_("answer after"), max_length=11)
    gained = models.CharField(_("new reasons"), max_length=400, blank=True)
    lost = models.CharField(_("reasons no longer given"), max_length=400, blank=True)
    people = models.PositiveBigIntegerField(_("people"))

    class Meta:
        verbose_name = _("group of a dry run")
        verbose_name_plural = _("groups of a dry run")

    def __str__(self) -> str:
        return f"{self.door} {self.before} → {self.after}: {self.people}"


class Acknowledgement(models.Model):
    """A colleague's word that a group will be shut out, and what will be done about it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dry_run = models.ForeignKey(
        DryRun, models.PROTECT, related_name="acknowledgements", verbose_name=_("dry run")
    )
    door = models.CharField(_("door"), max_length=11)
    age_from = models.PositiveSmallIntegerField(_("age"))
    document_type = models.CharField(_("document type"), max_length=2)
    text = models.TextField(_("what will be done for them"))
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("given by"))
    given_at = models.DateTimeField(_("given at"))

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [
            models.UniqueConstraint(
                fields=["dry_run", "door", "age_from", "document_type"],
                name="a_group_is_acknowledged_once",
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="acknowledgement_says_something"),
        ]

    def __str__(self) -> str:
        return str(self.id)
