"""The devices at the gates, their sites and keys."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey
from uuid_utils.compat import uuid7


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
