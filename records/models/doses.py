"""Vaccine doses."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from healthcode.facts import VaccineProduct
from records.models.versioned import Versioned


class VaccineDose(Versioned):
    """One administered dose of a vaccine."""

    person_key = models.UUIDField(editable=False, db_index=True)
    dose_number = models.PositiveSmallIntegerField(_("dose number"))
    product = models.CharField(
        _("product"), max_length=12, choices=[(product.value, product.value) for product in VaccineProduct]
    )
    manufacturer = models.CharField(_("manufacturer"), max_length=80, blank=True)
    lot_number = models.CharField(_("lot number"), max_length=40, blank=True)
    administered_on = models.DateField(_("administered on"))
    site = models.CharField(_("site"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2, default="CN")

    class Meta:
        verbose_name = _("dose")
        verbose_name_plural = _("doses")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "record_id"], name="dose_record_is_unique_in_its_source"
            ),
            models.CheckConstraint(
                condition=models.Q(dose_number__gte=1), name="dose_number_counts_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.record_id}"
