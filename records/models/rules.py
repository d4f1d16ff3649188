"""What each source may speak for, and how many people one feed may turn adverse in an hour."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from records.models.feeds import Kind


class SourceRules(models.Model):
    """One source and one kind of row that it may send. What stands in no row, it may not say.

    Source: docs/feed.md, 9.
    """

    source = models.CharField(_("source"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    fields = models.JSONField(_("fields"), default=list, blank=True)
    speaks_for = models.JSONField(_("speaks for"), default=list, blank=True)
    most_turned_people = models.PositiveIntegerField(
        _("people turned adverse in an hour"),
        null=True,
        blank=True,
        help_text=_("So many always pass. Empty: as the settings say."),
    )
    most_turned_percent = models.FloatField(
        _("per cent turned adverse in an hour"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_(
            "Of the people whom the feed touches. Beyond the number above, more than this is held for two "
            "colleagues. Empty: as the settings say."
        ),
    )

    class Meta:
        verbose_name = _("rules of a source")
        verbose_name_plural = _("rules of sources")
        ordering = ["source", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["source", "kind"], name="source_has_one_set_of_rules_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.source} ({self.kind})"
