"""Who may speak for whom, and the claims that wait for somebody's word."""

from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from civil_time import civil_date, latest_birth_for_age
from identity.models.people import Person

GUARDIANSHIP_ENDS_AT = 18  # years; docs/domain.md, 2


class KinshipQuerySet(models.QuerySet["Kinship"]):
    """Sentences about kinship; judged when read, so nothing has to expire it."""

    def in_force(self, at: datetime) -> Self:
        """Kinship that holds at ``at``: verified, begun, not ended, and no grown-up's guardian."""
        today = civil_date(at)
        grown_up_if_born_by = latest_birth_for_age(GUARDIANSHIP_ENDS_AT, today)
        return (
            self.filter(withdrawn=False, in_force_from__lte=at)
            .filter(models.Q(in_force_until__isnull=True) | models.Q(in_force_until__gt=at))
            .filter(models.Q(ended_at__isnull=True) | models.Q(ended_at__gt=at))
            .filter(ward__died_on__isnull=True, ward__withdrawn=False)
            .exclude(guardian__died_on__isnull=False)
            .exclude(kind__in=Kinship.ENDS_WITH_MAJORITY, ward__born_on__lte=grown_up_if_born_by)
        )

    def between(self, guardian_key: UUID, ward_key: UUID) -> Self:
        """Kinship in which the one speaks for the other."""
        return self.filter(guardian_id=guardian_key, ward_id=ward_key)


class Kinship(models.Model):
    """A guardian who may speak for a ward; verified by the registry or by a named reviewer.

    Has an end: the ward's 18th birthday (for parents and legal guardians), either's death, a date,
    or somebody's word (``end``).
    Source: docs/domain.md, 2.
    """

    class Kind(models.TextChoices):
        PARENT = "PARENT", _("parent")
        LEGAL_GUARDIAN = "LEGAL_GUARDIAN", _("legal guardian")
        CARER = "CARER", _("relative who cares for an adult")

    class Evidence(models.TextChoices):
        HOUSEHOLD_REGISTER = "HOUSEHOLD_REGISTER", _("household register")
        BIRTH_CERTIFICATE = "BIRTH_CERTIFICATE", _("birth certificate")
        COURT_DECISION = "COURT_DECISION", _("court decision")
        OWN_CONFIRMATION = "OWN_CONFIRMATION", _("confirmed by the ward")

    class End(models.TextChoices):
        """Whose word ended a kinship before its time."""

        BY_GUARDIAN = "BY_GUARDIAN", _("ended by the guardian")
        BY_WARD = "BY_WARD", _("ended by the ward")
        DISPUTED = "DISPUTED", _("disputed by another guardian; under review")
        BY_REVIEW = "BY_REVIEW", _("ended after a review")

    ENDS_WITH_MAJORITY: ClassVar[tuple[str, ...]] = (Kind.PARENT, Kind.LEGAL_GUARDIAN)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # No constraint in the database: a page of the feed may name a person whom a later page brings.
    guardian = models.ForeignKey(
        Person, models.DO_NOTHING, db_constraint=False, related_name="wards", verbose_name=_("guardian")
    )
    ward = models.ForeignKey(
        Person, models.DO_NOTHING, db_constraint=False, related_name="guardians", verbose_name=_("ward")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    evidence = models.CharField(_("evidence"), max_length=20, choices=Evidence.choices)
    verified_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, blank=True, verbose_name=_("verified by")
    )
    in_force_from = models.DateTimeField(_("in force from"))
    in_force_until = models.DateTimeField(_("in force until"), null=True, blank=True)
    # Somebody's word, not the registry's: a later version of the record leaves it as it is.
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end = models.CharField(_("end"), max_length=12, choices=End.choices, blank=True, db_default="")
    ended_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    source = models.CharField(_("source"), max_length=40, blank=True)
    record_id = models.CharField(_("record id"), max_length=80, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    digest = models.UUIDField(null=True, editable=False)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    synced_at = models.DateTimeField(_("synced at"), null=True, blank=True)

    objects = KinshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("kinship")
        verbose_name_plural = _("kinships")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "record_id"],
                condition=~models.Q(source=""),
                name="kinship_record_is_unique_in_its_source",
            ),
            models.CheckConstraint(
                condition=~models.Q(guardian=models.F("ward")), name="guardian_is_not_the_ward"
            ),
            models.CheckConstraint(
                condition=models.Q(in_force_until__isnull=True)
                | models.Q(in_force_until__gt=models.F("in_force_from")),
                name="kinship_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~models.Q(source="") | models.Q(verified_by__isnull=False),
                name="kinship_is_verified_by_registry_or_reviewer",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, end="", ended_by__isnull=True)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False) & ~models.Q(end=""),
                name="kinship_ends_by_a_named_word",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.id}"


class KinshipClaim(models.Model):
    """An account says that it speaks for somebody; waits for a reviewer, or for the ward's own word.

    The ward is known by key alone, since the number may be in no record: whoever claims is not told.
    Number, name and reference of the evidence are sealed, for the reviewer.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", _("waiting for review")
        VERIFIED = "VERIFIED", _("verified")
        REFUSED = "REFUSED", _("not verified")
        WITHDRAWN = "WITHDRAWN", _("withdrawn")

    class Refusal(models.TextChoices):
        EVIDENCE_NOT_FOUND = "EVIDENCE_NOT_FOUND", _("the evidence could not be found")
        EVIDENCE_DIFFERS = "EVIDENCE_DIFFERS", _("the evidence names somebody else")
        PERSON_NOT_FOUND = "PERSON_NOT_FOUND", _("number and name do not agree with the registry")
        TOO_MANY_GUARDIANS = "TOO_MANY_GUARDIANS", _("the ward has as many guardians as may be")
        REFUSED_BY_WARD = "REFUSED_BY_WARD", _("the ward did not agree")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    claimed_by = models.ForeignKey(
        "identity.User", models.PROTECT, related_name="kinship_claims", verbose_name=_("claimed by")
    )
    guardian_key = models.UUIDField(editable=False)
    ward_key = models.UUIDField(editable=False, db_index=True)
    ward_number_sealed = models.BinaryField(editable=False)
    ward_document_type = models.CharField(_("document type"), max_length=2, choices=Person.Types.choices)
    ward_name_sealed = models.BinaryField(editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kinship.Kind.choices)
    evidence = models.CharField(_("evidence"), max_length=20, choices=Kinship.Evidence.choices)
    evidence_reference_sealed = models.BinaryField(editable=False)
    claimed_at = models.DateTimeField(_("claimed at"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    refusal = models.CharField(_("why not"), max_length=20, choices=Refusal.choices, blank=True)
    kinship = models.OneToOneField(
        Kinship, models.PROTECT, null=True, blank=True, related_name="claim", verbose_name=_("kinship")
    )

    class Meta:
        verbose_name = _("kinship claim")
        verbose_name_plural = _("kinship claims")
        constraints = [
            models.UniqueConstraint(
                fields=["guardian_key", "ward_key"],
                condition=models.Q(state="WAITING"),
                name="one_waiting_claim_for_a_pair",
            ),
            models.CheckConstraint(
                condition=~models.Q(guardian_key=models.F("ward_key")), name="claimant_is_not_the_ward"
            ),
            models.CheckConstraint(
                condition=models.Q(state="WAITING", decided_at__isnull=True, decided_by__isnull=True)
                | ~models.Q(state="WAITING") & models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="kinship_claim_is_decided_by_somebody_named",
            ),
            models.CheckConstraint(
                condition=models.Q(state="REFUSED") & ~models.Q(refusal="")
                | ~models.Q(state="REFUSED") & models.Q(refusal=""),
                name="refused_kinship_claim_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(state="VERIFIED", kinship__isnull=False)
                | ~models.Q(state="VERIFIED") & models.Q(kinship__isnull=True),
                name="verified_kinship_claim_has_its_kinship",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.id}"


def claim_context(column: str, claim_id: UUID) -> str:
    """Return what a sealed column of a claim is bound to."""
    return f"identity_kinshipclaim:{column}:{claim_id}"
