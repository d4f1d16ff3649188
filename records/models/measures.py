"""What authorities ordered or raised: observation orders and alerts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from healthcode.facts import AlertCause, AlertKind, OrderKind
from records.models.versioned import Versioned


class Measure(Versioned):
    """What an authority ordered or raised about a person: never without authority and reference."""

    person_key = models.UUIDField(editable=False, db_index=True)
    authority = models.CharField(_("authority"), max_length=120)
    reference = models.CharField(_("reference"), max_length=80)
    contact = models.CharField(_("contact"), max_length=120)
    in_force_from = models.DateTimeField(_("in force from"))

    class Meta:
        abstract = True


class ObservationOrder(Measure):
    """An order for central isolation (red) or home isolation (yellow)."""

    kind = models.CharField(
        _("kind"), max_length=20, choices=[(kind.value, kind.value) for kind in OrderKind]
    )
    in_force_until = models.DateTimeField(_("in force until"))

    class Meta:
        verbose_name = _("observation order")
        verbose_name_plural = _("observation orders")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "record_id"], name="order_record_is_unique_in_its_source"
            ),
            models.CheckConstraint(
                condition=~models.Q(authority="") & ~models.Q(reference=""),
                name="order_names_authority_and_reference",
            ),
            models.CheckConstraint(
                condition=models.Q(in_force_until__gt=models.F("in_force_from")),
                name="order_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Alert(Measure):
    """One of the five alerts (docs/domain.md, 5). Without an end, the kind's own period counts."""

    kind = models.CharField(
        _("kind"), max_length=20, choices=[(kind.value, kind.value) for kind in AlertKind]
    )
    cause = models.CharField(
        _("cause"), max_length=16, blank=True, choices=[(cause.value, cause.value) for cause in AlertCause]
    )
    in_force_until = models.DateTimeField(_("in force until"), null=True, blank=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "record_id"], name="alert_record_is_unique_in_its_source"
            ),
            models.CheckConstraint(
                condition=~models.Q(authority="") & ~models.Q(reference=""),
                name="alert_names_authority_and_reference",
            ),
            models.CheckConstraint(
                condition=models.Q(in_force_until__isnull=True)
                | models.Q(in_force_until__gt=models.F("in_force_from")),
                name="alert_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
