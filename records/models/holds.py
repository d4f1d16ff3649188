"""Pages that would turn too many people adverse: what they turned, what was held, and who decided."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from records.models.feeds import Source, SyncRun


class TurnedAdverse(models.Model):
    """How many people one page touched, and how many of them it turned adverse: kept for a day."""

    run = models.OneToOneField(SyncRun, models.CASCADE, primary_key=True, related_name="turned")
    source = models.ForeignKey(Source, models.CASCADE, db_index=False)
    merged_at = models.DateTimeField()
    touched = models.PositiveIntegerField()
    turned = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["source", "merged_at"], name="turned_by_source_of_late")]

    def __str__(self) -> str:
        return f"{self.turned} of {self.touched}"


class HeldPage(models.Model):
    """The rows of one page that two colleagues have to decide about; the rows stand in quarantine.

    The first proposes to release or to reject, another one decides; nobody does both.
    Source: docs/feed.md, 10.
    """

    class Decision(models.TextChoices):
        RELEASE = "RELEASE", _("release")
        REJECT = "REJECT", _("reject")

    run = models.OneToOneField(
        SyncRun, models.CASCADE, primary_key=True, related_name="held", verbose_name=_("sync run")
    )
    source = models.ForeignKey(Source, models.CASCADE, verbose_name=_("source"))
    held_at = models.DateTimeField(_("held at"), db_index=True)
    people = models.PositiveIntegerField(_("people who would turn"))
    rows = models.PositiveIntegerField(_("rows held"))
    proposal = models.CharField(_("proposal"), max_length=7, choices=Decision.choices, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    proposed_at = models.DateTimeField(_("proposed at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    expired_at = models.DateTimeField(_("expired at"), null=True, blank=True)

    class Meta:
        verbose_name = _("held page")
        verbose_name_plural = _("held pages")
        ordering = ["-held_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | (models.Q(proposed_by__isnull=False) & ~models.Q(decided_by=models.F("proposed_by"))),
                name="held_page_approver_is_not_maker",
            ),
            models.CheckConstraint(
                condition=models.Q(proposal="", proposed_by__isnull=True, proposed_at__isnull=True)
                | (
                    ~models.Q(proposal="")
                    & models.Q(proposed_by__isnull=False)
                    & models.Q(proposed_at__isnull=False)
                ),
                name="held_page_proposal_has_a_name_and_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True, decided_at__isnull=True)
                | models.Q(decided_by__isnull=False, decided_at__isnull=False, expired_at__isnull=True),
                name="held_page_decision_has_a_name_and_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.people}"

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet, and something is left to decide about."""
        return self.decided_at is None and self.expired_at is None
