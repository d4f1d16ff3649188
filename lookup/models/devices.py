"""The devices at the gates, their sites and keys."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey
from uuid_utils.compat import uuid7


class Site(models.Model):
    """A place with a gate: a school, a mall, a station."""

    class EntryRule(models.TextChoices):
        CITY = "CITY", _("the city's rule")
        NO_TEST = "NO_TEST", _("no test is asked for")
        OWN = "OWN", _("a test of at most so many days")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("site"), max_length=80, unique=True)
    # Makes the pseudonym of a person differ from site to site.
    pseudonym_salt = models.UUIDField(default=uuid7, editable=False)
    entry_rule = models.CharField(
        _("entry rule"), max_length=7, choices=EntryRule.choices, default=EntryRule.CITY
    )
    entry_days = models.PositiveSmallIntegerField(
        _("days of the own rule"), null=True, blank=True, help_text=_("Only with a rule of its own.")
    )

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(entry_rule="OWN", entry_days__isnull=False)
                | (~models.Q(entry_rule="OWN") & models.Q(entry_days__isnull=True)),
                name="site_has_days_with_a_rule_of_its_own_only",
                violation_error_message=_("A rule of its own needs its days, and any other rule has none."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Device(models.Model):
    """A machine at a site that may check people."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="devices", verbose_name=_("site"))
    label = models.CharField(_("label"), max_length=60)
    # A batch counts its items.
    checks_per_minute = models.PositiveIntegerField(_("checks per minute"), default=600)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [
            models.UniqueConstraint(fields=["site", "label"], name="device_label_is_unique_at_its_site")
        ]

    def __str__(self) -> str:
        return f"{self.site}: {self.label}"


class DeviceScope(models.TextChoices):
    """What a key lets its device ask."""

    CHECK_CODE = "check:code", _("check by code")
    CHECK_DOCUMENT = "check:document", _("check by document number")
    BATCH = "batch", _("many checks in one call")


def every_scope() -> list[str]:
    """Return all scopes; what a key had before there were scopes."""
    return list(DeviceScope.values)


class DeviceKey(AbstractAPIKey):
    """A key of a device: shown once, stored hashed, known by its prefix.

    Works from ``starts_at`` (its making, where that is empty) until ``expiry_date`` (for good, where that is
    empty), unless revoked.
    """

    device = models.ForeignKey(Device, models.CASCADE, related_name="keys", verbose_name=_("device"))
    scopes = ArrayField(
        models.CharField(max_length=14, choices=DeviceScope.choices),
        verbose_name=_("may ask"),
        default=every_scope,
    )
    starts_at = models.DateTimeField(_("works from"), null=True, blank=True)

    class Meta:
        ordering = ("-created",)
        verbose_name = _("device key")
        verbose_name_plural = _("device keys")

    def __str__(self) -> str:
        return str(self.prefix)
