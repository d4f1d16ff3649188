"""Counts of answers by the minute, the alerts that come of them, and which release was there when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class AnswerCount(models.Model):
    """How many answers of five minutes gave a reason, at one door to one age band.

    ``reason`` is a code of `healthcode.verdict.Reason`; SHOWN_UNKNOWN for an unknown, whatever its cause;
    ALL for every answer. Counted from the audit, and replaced while late rows may still come.
    """

    id = models.BigAutoField(primary_key=True)
    begins_at = models.DateTimeField(_("begins at"))
    door = models.CharField(_("door"), max_length=11)
    age_from = models.PositiveSmallIntegerField(_("age"))
    reason = models.CharField(_("reason"), max_length=30)
    answers = models.PositiveIntegerField(_("answers"))

    class Meta:
        verbose_name = _("count of answers")
        verbose_name_plural = _("counts of answers")
        constraints = [
            models.UniqueConstraint(
                fields=["begins_at", "door", "age_from", "reason"],
                name="one_count_of_a_reason_in_five_minutes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.begins_at:%Y-%m-%d %H:%M} {self.door} {self.reason}"


class Release(models.Model):
    """A release of this service, and when it was first seen to run."""

    name = models.CharField(_("release"), max_length=80, primary_key=True)
    first_seen_at = models.DateTimeField(_("first seen at"))

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-first_seen_at"]

    def __str__(self) -> str:
        return self.name


class ShareAlert(models.Model):
    """The share of a reason among answers has jumped; stands until somebody named looks into it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    raised_at = models.DateTimeField(_("raised at"))
    door = models.CharField(_("door"), max_length=11)
    # Empty for all ages together.
    age_from = models.PositiveSmallIntegerField(_("age"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=30)
    given = models.PositiveIntegerField(_("answers with this reason"))
    answers = models.PositiveIntegerField(_("answers"))
    given_before = models.PositiveIntegerField(_("answers with this reason before"))
    answers_before = models.PositiveIntegerField(_("answers before"))
    compared_from = models.DateTimeField(_("compared with answers from"))
    compared_until = models.DateTimeField(_("compared with answers until"))
    policy = models.CharField(_("policy begun since"), max_length=20, blank=True)
    release = models.CharField(_("release begun since"), max_length=80, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("acknowledged by")
    )

    class Meta:
        verbose_name = _("jump of a share")
        verbose_name_plural = _("jumps of shares")
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["door", "age_from", "reason"],
                condition=models.Q(acknowledged_at__isnull=True),
                nulls_distinct=False,
                name="one_open_jump_of_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | models.Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="jump_is_acknowledged_by_somebody_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.reason} {self.raised_at:%Y-%m-%d %H:%M}"

    @property
    def percent(self) -> float:
        return 100 * self.given / self.answers

    @property
    def percent_before(self) -> float:
        return 100 * self.given_before / self.answers_before
