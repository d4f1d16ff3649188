"""The rotating codes: one row for each code that was shown, known by its id alone."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lookup.admission import Proof


class RotatingCode(models.Model):
    """A code that stood on somebody's screen for at most a minute.

    The code itself carries the id, times and a signature; whom it is about stands here only. A newer code
    of the same asker about the same subject voids it. Used again at another site, it is flagged. Kept for
    some days, so that a flag can be looked into; then forgotten.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    subject_key = models.UUIDField(editable=False)
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        verbose_name=_("asker"),
    )
    # The answer that it was shown beside.
    lookup_id = models.UUIDField(editable=False)
    proof = models.CharField(
        _("proof"), max_length=12, choices=[(proof.value, proof.value) for proof in Proof]
    )
    issued_at = models.DateTimeField(_("issued at"))
    expires_at = models.DateTimeField(_("expires at"), db_index=True)
    voided_at = models.DateTimeField(_("voided at"), null=True)
    # The first use, and the first use at another site.
    used_at = models.DateTimeField(_("used at"), null=True)
    used_site = models.ForeignKey(
        "lookup.Site",
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("used at site"),
    )
    reused_at = models.DateTimeField(_("used elsewhere at"), null=True)
    reused_site = models.ForeignKey(
        "lookup.Site",
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("used elsewhere"),
    )

    class Meta:
        verbose_name = _("rotating code")
        verbose_name_plural = _("rotating codes")
        indexes = [
            models.Index(
                fields=["lookup_id"],
                condition=models.Q(reused_at__isnull=False),
                name="code_used_elsewhere",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["asker", "subject_key"],
                condition=models.Q(voided_at__isnull=True),
                name="code_voids_the_former_of_asker_and_subject",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("issued_at")), name="code_expires_after_its_issue"
            ),
            models.CheckConstraint(
                condition=models.Q(reused_at__isnull=True) | models.Q(used_at__isnull=False),
                name="code_is_used_before_it_is_used_elsewhere",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
