"""Nucleic acid tests and pooled tubes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from healthcode.facts import NaatResult
from records.models.versioned import Versioned


class Naat(Versioned):
    """A nucleic acid amplification test of one person: single, or a share of a pooled tube.

    Partitioned by ``record_day``, which never changes between versions of a record. A pooled test has
    no result of its own: the tube's is everybody's. Source: docs/domain.md, 6.
    """

    pk = models.CompositePrimaryKey("source", "record_id", "record_day")
    record_day = models.DateField(_("record day"))
    person_key = models.UUIDField(editable=False)
    tube_code = models.CharField(_("tube"), max_length=60, blank=True)
    specimen_number = models.CharField(_("specimen"), max_length=60, blank=True)
    collected_at = models.DateTimeField(_("collected at"), null=True, blank=True)
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded at"), null=True, blank=True)
    result = models.CharField(
        _("result"),
        max_length=12,
        blank=True,
        choices=[(result.value, result.value) for result in NaatResult],
    )
    laboratory = models.CharField(_("laboratory"), max_length=80, blank=True)
    sampling_site = models.CharField(_("sampling site"), max_length=80, blank=True)
    district = models.CharField(_("district"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("test")
        verbose_name_plural = _("tests")
        indexes = [
            models.Index(fields=["person_key"], name="naat_of_person"),
            models.Index(
                fields=["source", "tube_code"], condition=~models.Q(tube_code=""), name="naat_in_tube"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(issued_at__isnull=True)
                | models.Q(collected_at__isnull=True)
                | models.Q(issued_at__gte=models.F("collected_at")),
                name="naat_issued_after_collected",
            ),
            # A laboratory that sends no collection time may still send a tube: its issue is the time.
            models.CheckConstraint(
                condition=models.Q(collected_at__isnull=False)
                | models.Q(issued_at__isnull=False)
                | ~models.Q(tube_code=""),
                name="naat_has_a_time_or_a_tube",
            ),
            models.CheckConstraint(
                condition=models.Q(tube_code="") | models.Q(result=""), name="naat_in_a_tube_has_no_result"
            ),
            models.CheckConstraint(
                condition=models.Q(result="", issued_at__isnull=True)
                | (~models.Q(result="") & models.Q(issued_at__isnull=False)),
                name="naat_result_comes_with_its_issue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.record_id}"


class Tube(Versioned):
    """The result of a pooled tube; negative counts for each member, positive for nobody."""

    tube_code = models.CharField(_("tube"), max_length=60)
    result = models.CharField(
        _("result"), max_length=12, choices=[(result.value, result.value) for result in NaatResult]
    )
    issued_at = models.DateTimeField(_("issued at"))
    uploaded_at = models.DateTimeField(_("uploaded at"), null=True, blank=True)
    laboratory = models.CharField(_("laboratory"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("tube")
        verbose_name_plural = _("tubes")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "record_id"], name="tube_record_is_unique_in_its_source"
            ),
        ]
        indexes = [models.Index(fields=["source", "tube_code"], name="tube_by_code")]

    def __str__(self) -> str:
        return f"{self.source} {self.tube_code}"
