"""What every record of a source has in common."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Versioned(models.Model):
    """A record of a source: the newest version wins, whatever the order of arrival."""

    source = models.CharField(_("source"), max_length=40)
    record_id = models.CharField(_("record id"), max_length=80)
    version = models.PositiveIntegerField(_("version"))
    digest = models.UUIDField(editable=False)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    synced_at = models.DateTimeField(_("synced at"))

    class Meta:
        abstract = True
