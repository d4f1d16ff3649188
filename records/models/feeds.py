"""The feeds and their ledger: where each reading stands, what it brought, what was refused."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class Kind(models.TextChoices):
    """What a row of a feed is about. Source: docs/feed.md."""

    REGISTRY = "registry", _("registry")
    KINSHIP = "kinship", _("kinship")
    TESTS = "tests", _("tests")
    TUBES = "tubes", _("tubes")
    DOSES = "doses", _("doses")
    ORDERS = "orders", _("orders")
    ALERTS = "alerts", _("alerts")


class Source(models.Model):
    """One feed of one kind: where its reading stands, and how old what it says is."""

    name = models.CharField(_("source"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    counts_for_freshness = models.BooleanField(
        _("counts for freshness"),
        default=True,
        help_text=_("A feed that is read regularly. Switched off for files imported by hand."),
    )
    cursor = models.CharField(_("cursor"), max_length=300, blank=True)
    as_of = models.DateTimeField(_("data as of"), null=True, blank=True)
    last_synced_at = models.DateTimeField(_("last synced at"), null=True, blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [models.UniqueConstraint(fields=["name", "kind"], name="source_has_one_feed_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"


class SyncRun(models.Model):
    """The ledger: one line per page. received = applied + duplicate + superseded + quarantined."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, models.CASCADE, related_name="runs", verbose_name=_("source"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"))
    cursor_before = models.CharField(_("cursor before"), max_length=300, blank=True)
    cursor_after = models.CharField(_("cursor after"), max_length=300, blank=True)
    as_of = models.DateTimeField(_("data as of"), null=True, blank=True)
    received = models.PositiveIntegerField(_("received"))
    applied = models.PositiveIntegerField(_("applied"))
    duplicate = models.PositiveIntegerField(_("duplicate"))
    superseded = models.PositiveIntegerField(_("superseded"))
    quarantined = models.PositiveIntegerField(_("quarantined"))

    class Meta:
        verbose_name = _("sync run")
        verbose_name_plural = _("sync runs")
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    received=models.F("applied")
                    + models.F("duplicate")
                    + models.F("superseded")
                    + models.F("quarantined")
                ),
                name="ledger_accounts_for_every_row",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Quarantined(models.Model):
    """A row that was refused: why, where it stood, and the row itself, sealed, for 30 days.

    Resolved once the same record has been applied in a version that makes the refused one old: then
    the person's record is no longer in review (docs/feed.md, 6).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(
        SyncRun, models.CASCADE, related_name="quarantined_rows", verbose_name=_("sync run")
    )
    position = models.CharField(_("position"), max_length=300, help_text=_("File and line of the row."))
    reason = models.CharField(_("reason"), max_length=40)
    field = models.CharField(_("field"), max_length=40, blank=True)
    record_id = models.CharField(_("record id"), max_length=80, blank=True)
    version = models.PositiveIntegerField(_("version"), null=True, blank=True)
    person_key = models.UUIDField(null=True, editable=False, db_index=True)
    # Keyed, of the row as it came: a row that is delivered again is kept once.
    digest = models.UUIDField(editable=False, db_index=True)
    row_sealed = models.BinaryField(editable=False)
    quarantined_at = models.DateTimeField(_("quarantined at"), db_index=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("quarantined row")
        verbose_name_plural = _("quarantined rows")
        indexes = [
            models.Index(
                fields=["record_id"],
                condition=models.Q(resolved_at__isnull=True),
                name="quarantined_and_unresolved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.position}"
