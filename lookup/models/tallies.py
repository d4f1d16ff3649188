"""What the hours of the audit came to, so that the board does not count millions of rows again."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HourTally(models.Model):
    """One hour of the audit, counted once it is over. Of nobody: a door, an outcome, and how many."""

    begins_at = models.DateTimeField(_("begins at"), primary_key=True)
    # A list of [door, outcome, status shown, first reason of an unknown, how many].
    counts = models.JSONField(_("counts"), default=list)

    class Meta:
        verbose_name = _("tally of an hour")
        verbose_name_plural = _("tallies of the hours")

    def __str__(self) -> str:
        return self.begins_at.isoformat()
