"""One summary row per person."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Summary(models.Model):
    """Everything the rule book needs about one person, kept by the merge in its own transaction.

    The sections have the compact shapes of `healthcode.compact`, so that one codec reads this row and
    the audit row (docs/adr/0005-one-compact-form-for-summary-and-audit.md).
    """

    person_key = models.UUIDField(primary_key=True, editable=False)
    naats = models.JSONField(_("tests"), default=list)
    doses = models.JSONField(_("doses"), default=list)
    orders = models.JSONField(_("orders"), default=list)
    alerts = models.JSONField(_("alerts"), default=list)
    record_in_review = models.BooleanField(_("a record is in review"), default=False)
    updated_at = models.DateTimeField(_("updated at"))
    # Without an index: with one, each new test would write two of them beside the row itself.
    changed_seq = models.BigIntegerField(editable=False)

    class Meta:
        verbose_name = _("summary")
        verbose_name_plural = _("summaries")

    def __str__(self) -> str:
        return str(self.person_key)
