"""The second step of the staff's sign-in: one-time codes of an app on the colleague's phone."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device


class SecondFactor(Device):  # type: ignore[misc]  # the library has no types
    """What makes a colleague's one-time codes (RFC 6238). Not confirmed: nobody has shown a code yet.

    The secret is sealed. It is shown to whoever knows the enrolment code, which is stored as its hash and
    good until the first confirmed code; so a password alone enrols nobody.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="second_factor",
        verbose_name=_("account"),
    )
    # The library wants a number of its own as key; what is sealed is bound to the account.
    sealed_by = "user_id"
    name = models.CharField(max_length=64, default="TOTP", editable=False)
    confirmed = models.BooleanField(_("confirmed"), default=False)
    secret_sealed = models.BinaryField(editable=False)
    enrolment_hash = models.BinaryField(max_length=32, default=b"", editable=False)
    enrolment_ends_at = models.DateTimeField(_("enrolment ends at"), null=True, editable=False)
    # The 30 seconds of the newest code that was taken: none is taken twice.
    last_step = models.BigIntegerField(default=-1, editable=False)
    failures = models.PositiveSmallIntegerField(_("failures"), default=0, editable=False)
    next_try_at = models.DateTimeField(_("next try at"), null=True, editable=False)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("second step")
        verbose_name_plural = _("second steps")

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """A code on paper, good once instead of the phone. Stored as its hash."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="recovery_codes")
    code_hash = models.BinaryField(max_length=32, editable=False)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["factor", "code_hash"], name="recovery_code_is_given_once")
        ]

    def __str__(self) -> str:
        return str(self.pk)


def secret_context(user_id: object) -> str:
    """Return what a sealed secret is bound to."""
    return f"identity_secondfactor:secret:{user_id}"
