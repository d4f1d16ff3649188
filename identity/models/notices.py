"""What accounts are told: rows that a scheduled task hands to the notifier."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class Notice(models.Model):
    """One thing that an account is told. Stays readable in the account; sent once by the notifier.

    Holds no text and no name: what is said is worded when it is read (`identity.notices`).
    """

    class Kind(models.TextChoices):
        THIRD_PARTY_ANSWERED = "THIRD_PARTY_ANSWERED", _("answered third-party query")
        RECORDS_ANSWERED = "RECORDS_ANSWERED", _("tests and doses shown to somebody")
        LOCK_CLOSED = "LOCK_CLOSED", _("lock closed")
        LOCK_OPENED = "LOCK_OPENED", _("lock opened")
        KINSHIP_CLAIMED = "KINSHIP_CLAIMED", _("kinship claimed")
        KINSHIP_VERIFIED = "KINSHIP_VERIFIED", _("kinship verified")
        KINSHIP_REFUSED = "KINSHIP_REFUSED", _("kinship not verified")
        KINSHIP_ENDED = "KINSHIP_ENDED", _("kinship ended")
        KINSHIP_DISPUTED = "KINSHIP_DISPUTED", _("kinship disputed")
        PASSWORD_CHANGED = "PASSWORD_CHANGED", _("password changed")
        CASE_ANSWERED = "CASE_ANSWERED", _("case answered")
        CASE_CLOSED = "CASE_CLOSED", _("case closed")
        ANSWER_CHANGED = "ANSWER_CHANGED", _("watched answer has changed")
        ASK_AGAIN = "ASK_AGAIN", _("time to ask again")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("recipient")
    )
    kind = models.CharField(_("kind"), max_length=24, choices=Kind.choices)
    # About whom; may be the recipient. Empty where it is about the account.
    subject_key = models.UUIDField(null=True, editable=False)
    # The number of the case it is about, such as HK-2026-000123-W; it says nothing about anybody.
    reference = models.CharField(_("number"), max_length=20, blank=True, db_default="", default="")
    happened_at = models.DateTimeField(_("happened at"))
    next_try_at = models.DateTimeField(_("next try at"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_of_recipient"),
            models.Index(
                fields=["next_try_at"], condition=models.Q(sent_at__isnull=True), name="notice_to_be_sent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
