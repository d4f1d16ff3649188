"""A case and what happened in it."""

from datetime import datetime
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from lookup.admission import Door, Proof
from lookup.remedies import Owner


class CaseQuerySet(models.QuerySet["Case"]):
    """Sentences about cases."""

    def open(self) -> Self:
        return self.exclude(state=Case.State.CLOSED)

    def of(self, asker_id: UUID) -> Self:
        """The cases that an account has filed."""
        return self.filter(opened_by_id=asker_id)

    def response_overdue(self, at: datetime) -> Self:
        return self.open().filter(responded_at__isnull=True, respond_by__lte=at)

    def resolution_overdue(self, at: datetime) -> Self:
        return self.open().filter(resolve_by__lte=at)


class Case(models.Model):
    """Something that somebody has to put right, with a number, an owner and two due times.

    Filed by an account from one of its answers, or opened by the detector for a whole group: then there is
    neither an account nor a subject, and ``pattern`` says which group. The trace is what the decision
    rested on, copied from the audit row and without identity. Source: docs/domain.md, 9.
    """

    class Kind(models.TextChoices):
        STATUS_UNKNOWN = "STATUS_UNKNOWN", _("the status is unknown or cannot be confirmed")
        WRONG_RECORD = "WRONG_RECORD", _("a test or a dose is wrong")
        MISSING_RECORD = "MISSING_RECORD", _("a test or a dose is missing")
        WRONG_KINSHIP = "WRONG_KINSHIP", _("who speaks for whom is wrong")
        WRONG_ORDER = "WRONG_ORDER", _("an order or an alert is wrong")
        OTHER = "OTHER", _("something else")

    class Record(models.TextChoices):
        """What a wrong or missing record is; other kinds have none."""

        TEST = "TEST", _("test")
        DOSE = "DOSE", _("dose")

    class State(models.TextChoices):
        """Who has the next word: we, the citizen, or nobody any more."""

        OPEN = "OPEN", _("open")
        ANSWERED = "ANSWERED", _("answered")
        CLOSED = "CLOSED", _("closed")

    class Resolution(models.TextChoices):
        PUT_RIGHT = "PUT_RIGHT", _("put right")
        NOTHING_WRONG = "NOTHING_WRONG", _("nothing was wrong")
        CANNOT_PUT_RIGHT = "CANNOT_PUT_RIGHT", _("cannot be put right here")
        ANSWER_CHANGED = "ANSWER_CHANGED", _("the answer has changed")
        TAKEN_BACK = "TAKEN_BACK", _("taken back")

    class Owner(models.TextChoices):
        """Who puts it right: those owners of reasons that are not the asker's own side."""

        REGISTRY = Owner.REGISTRY.value, _("household registration counter")
        LABORATORY = Owner.LABORATORY.value, _("laboratory")
        VACCINATION_SITE = Owner.VACCINATION_SITE.value, _("vaccination site")
        COMMUNITY = Owner.COMMUNITY.value, _("community")
        SERVICE = Owner.SERVICE.value, _("this service")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    record = models.CharField(_("record"), max_length=4, choices=Record.choices, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    owner = models.CharField(_("owner"), max_length=16, choices=Owner.choices)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_cases",
        verbose_name=_("assigned to"),
    )
    group = models.BooleanField(_("for a whole group"), default=False)
    # Which contradiction a group's case is about, such as "door-shut:ASSISTED:NO_FACE_REFERENCE".
    pattern = models.CharField(_("pattern"), max_length=80, blank=True)
    affected = models.PositiveIntegerField(_("people affected"), default=1)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("filed by"),
    )
    subject_key = models.UUIDField(null=True, editable=False)
    # The answer that it was filed from. The audit is partitioned, so the day is part of its address.
    lookup_id = models.UUIDField(null=True, editable=False)
    lookup_asked_on = models.DateField(null=True, editable=False)
    door = models.CharField(
        _("door"), max_length=11, choices=[(door.value, door.value) for door in Door], blank=True
    )
    proof = models.CharField(
        _("proof"), max_length=12, choices=[(proof.value, proof.value) for proof in Proof], blank=True
    )
    # What the asker read. The true cause is in the trace.
    shown_status = models.CharField(_("status shown"), max_length=11, blank=True)
    trace = models.JSONField(_("trace"), default=dict)
    opened_at = models.DateTimeField(_("opened at"))
    respond_by = models.DateTimeField(_("answer due"))
    resolve_by = models.DateTimeField(_("solution due"))
    responded_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    response_escalated_at = models.DateTimeField(_("escalated for the answer"), null=True, blank=True)
    resolution_escalated_at = models.DateTimeField(_("escalated for the solution"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    resolution = models.CharField(_("resolution"), max_length=16, choices=Resolution.choices, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(fields=["opened_by", "-id"], name="case_of_asker"),
            models.Index(fields=["subject_key"], name="case_about_subject"),
            models.Index(fields=["owner", "resolve_by"], condition=~Q(state="CLOSED"), name="case_in_queue"),
            models.Index(
                fields=["respond_by"],
                condition=~Q(state="CLOSED")
                & Q(responded_at__isnull=True, response_escalated_at__isnull=True),
                name="case_to_be_answered",
            ),
            models.Index(
                fields=["resolve_by"],
                condition=~Q(state="CLOSED") & Q(resolution_escalated_at__isnull=True),
                name="case_to_be_resolved",
            ),
            models.Index(fields=["resolved_at"], condition=Q(state="CLOSED"), name="case_kept"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["opened_by", "subject_key", "kind", "record"],
                condition=~Q(state="CLOSED") & Q(group=False),
                name="one_open_case_of_asker_subject_and_kind",
            ),
            models.UniqueConstraint(
                fields=["pattern"],
                condition=~Q(state="CLOSED") & Q(group=True),
                name="one_open_case_of_a_group",
            ),
            models.CheckConstraint(
                condition=Q(group=True, opened_by__isnull=True, subject_key__isnull=True) & ~Q(pattern="")
                | Q(group=False, opened_by__isnull=False, subject_key__isnull=False, pattern=""),
                name="case_is_somebodys_or_a_groups",
            ),
            models.CheckConstraint(
                condition=Q(state="CLOSED", resolved_at__isnull=False) & ~Q(resolution="")
                | ~Q(state="CLOSED") & Q(resolved_at__isnull=True, resolution=""),
                name="closed_case_says_why",
            ),
            models.CheckConstraint(
                condition=Q(respond_by__gt=models.F("opened_at"), resolve_by__gte=models.F("respond_by")),
                name="case_is_due_after_it_was_opened",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CaseEvent(models.Model):
    """One entry of a case's timeline. Text is scrubbed of numbers before it comes here, and sealed.

    ``by`` is the citizen, a named colleague, or nobody: then it happened by itself.
    """

    class Kind(models.TextChoices):
        FILED = "FILED", _("filed")
        FOUND = "FOUND", _("found by the detector")
        ADDED = "ADDED", _("added by the citizen")
        ANSWERED = "ANSWERED", _("answered")
        NOTE = "NOTE", _("internal note")
        HANDED_OVER = "HANDED_OVER", _("handed over")
        ESCALATED = "ESCALATED", _("escalated")
        GREW = "GREW", _("the group changed")
        CLOSED = "CLOSED", _("closed")
        REOPENED = "REOPENED", _("reopened")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="events", verbose_name=_("case"))
    kind = models.CharField(_("kind"), max_length=11, choices=Kind.choices)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    visible_to_citizen = models.BooleanField(_("the citizen sees it"))
    text_sealed = models.BinaryField(null=True, editable=False)
    # Codes alone: from which owner to which, which due time passed, the resolution, how many people.
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        verbose_name = _("event of a case")
        verbose_name_plural = _("events of cases")
        indexes = [models.Index(fields=["case", "id"], name="event_of_case")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


def text_context(event_id: UUID) -> str:
    """Return what the sealed text of an event is bound to."""
    return f"cases_caseevent:text:{event_id}"
