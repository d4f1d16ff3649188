"""What stands between a stranger and a person: locks, consents, and the marks that abuse leaves."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class AccessLock(models.Model):
    """The subject or a guardian has locked the doors for everyone without kinship."""

    subject_key = models.UUIDField(primary_key=True, editable=False)
    locked_at = models.DateTimeField(_("locked at"))
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("locked by"))

    class Meta:
        verbose_name = _("lock")
        verbose_name_plural = _("locks")

    def __str__(self) -> str:
        return str(self.subject_key)


class Consent(models.Model):
    """An account's word that the person whose photo it will send agrees to the face step.

    Good once, for ten minutes, for this asker and this subject.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("asker"))
    subject_key = models.UUIDField(editable=False)
    given_at = models.DateTimeField(_("given at"))
    expires_at = models.DateTimeField(_("expires at"), db_index=True)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("given_at")),
                name="consent_expires_after_it_is_given",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class AbuseAlert(models.Model):
    """A mark that somebody walks through numbers; one a day for each prefix, for staff to look at."""

    class Kind(models.TextChoices):
        WALKING_SUFFIXES = "WALKING_SUFFIXES", _("numbers of one prefix tried one by one")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    raised_on = models.DateField(_("raised on"))
    raised_at = models.DateTimeField(_("raised at"))
    prefix_key = models.UUIDField(editable=False)
    numbers = models.PositiveIntegerField(_("failing numbers"))
    accounts = models.PositiveIntegerField(_("accounts"))
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("acknowledged by")
    )

    class Meta:
        verbose_name = _("sign of abuse")
        verbose_name_plural = _("signs of abuse")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "prefix_key", "raised_on"], name="one_sign_of_abuse_a_day_for_a_prefix"
            ),
            models.CheckConstraint(
                condition=models.Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | models.Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="abuse_is_acknowledged_by_somebody_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.raised_on:%Y-%m-%d}"
