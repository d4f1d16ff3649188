"""What is watched until the answer changes."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from cases.models.cases import Case
from lookup.admission import Door, Proof


class WatchQuerySet(models.QuerySet["Watch"]):
    """Sentences about watches."""

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)


class Watch(models.Model):
    """An answer whose asker wants to be told when it changes.

    ``person_seq`` and ``summary_seq`` are the ``changed_seq`` that the watched answer has seen; null where
    there was no such row. ``look_again_at`` is when time alone may change the answer.
    """

    class End(models.TextChoices):
        ANSWER_CHANGED = "ANSWER_CHANGED", _("the answer has changed")
        NO_LONGER_KIN = "NO_LONGER_KIN", _("the kinship has ended")
        CASE_CLOSED = "CASE_CLOSED", _("the case was closed")
        EXPIRED = "EXPIRED", _("watched for as long as may be")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(
        Case, models.CASCADE, null=True, blank=True, related_name="watches", verbose_name=_("case")
    )
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="watches", verbose_name=_("asker")
    )
    subject_key = models.UUIDField(editable=False)
    door = models.CharField(_("door"), max_length=11, choices=[(door.value, door.value) for door in Door])
    proof = models.CharField(
        _("proof"), max_length=12, choices=[(proof.value, proof.value) for proof in Proof]
    )
    lookup_id = models.UUIDField(editable=False)
    lookup_asked_on = models.DateField(editable=False)
    shown_status = models.CharField(_("status shown"), max_length=11)
    person_seq = models.BigIntegerField(null=True, editable=False)
    summary_seq = models.BigIntegerField(null=True, editable=False)
    look_again_at = models.DateTimeField(null=True, editable=False)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    end = models.CharField(_("end"), max_length=14, choices=End.choices, blank=True)

    objects = WatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        indexes = [
            models.Index(
                fields=["subject_key"], condition=Q(closed_at__isnull=True), name="watch_of_subject"
            ),
            models.Index(
                fields=["look_again_at"], condition=Q(closed_at__isnull=True), name="watch_to_look_at"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["asker", "subject_key", "door"],
                condition=Q(closed_at__isnull=True),
                name="one_open_watch_of_asker_subject_and_door",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, end="") | Q(closed_at__isnull=False) & ~Q(end=""),
                name="closed_watch_says_why",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
