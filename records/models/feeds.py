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


class Trouble(models.TextChoices):
    """Why a feed could not be read; in the words that the operator reads. Source: docs/operations.md, 6."""

    UNREADABLE = "UNREADABLE", _("the file or folder cannot be read")
    UNREACHABLE = "UNREACHABLE", _("no connection to the source")
    TLS_FAILED = "TLS_FAILED", _("the certificate of the source is not valid")
    BROKEN_OFF = "BROKEN_OFF", _("the connection broke off in the middle")
    TOO_SLOW = "TOO_SLOW", _("the source took too long")
    NOT_LET_IN = "NOT_LET_IN", _("the source does not let us in (401, 403)")
    NOT_FOUND = "NOT_FOUND", _("the source does not know the feed or the place in it (404, 410)")
    BUSY = "BUSY", _("the source asks us to come later (429, 503)")
    SERVER_ERROR = "SERVER_ERROR", _("an error at the source (5xx)")
    REDIRECTED = "REDIRECTED", _("the source sends us to another address, where we do not go (3xx)")
    UNEXPECTED_ANSWER = "UNEXPECTED_ANSWER", _("an answer that the contract does not know")
    TOO_LARGE = "TOO_LARGE", _("the page is too large")
    BAD_ENCODING = "BAD_ENCODING", _("the page cannot be unpacked")
    NOT_SIGNED = "NOT_SIGNED", _("the page is not signed")
    UNKNOWN_KEY = "UNKNOWN_KEY", _("the page is signed with a key that we do not have")
    BAD_SIGNATURE = "BAD_SIGNATURE", _("the signature does not fit the page")
    MALFORMED_PAGE = "MALFORMED_PAGE", _("the page has not the form of a page")
    WRONG_PAGE = "WRONG_PAGE", _("the page is not the one we asked for")
    WRONG_COUNT = "WRONG_COUNT", _("the page has another number of rows than it says, or too many")
    CURSOR_STUCK = "CURSOR_STUCK", _("the cursor does not move, or goes in a circle")
    REPEATED_PAGE = "REPEATED_PAGE", _("the page repeats the one before it")
    NOT_MERGED = "NOT_MERGED", _("our own database did not take the page")


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
    # Keyed, of the rows of the last page, while more are to follow: the next page must say something else.
    page_before = models.UUIDField(null=True, editable=False)
    as_of = models.DateTimeField(_("data as of"), null=True, blank=True)
    last_synced_at = models.DateTimeField(_("last synced at"), null=True, blank=True)
    # Defaults of the database, so that the code of one release before can still write here.
    problem = models.CharField(
        _("problem"), max_length=20, choices=Trouble.choices, blank=True, default="", db_default=""
    )
    problem_since = models.DateTimeField(_("problem since"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, db_default=0)
    next_fetch_at = models.DateTimeField(_("not read before"), null=True, blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.UniqueConstraint(fields=["name", "kind"], name="source_has_one_feed_of_a_kind"),
            models.CheckConstraint(
                condition=models.Q(
                    failures=0, problem="", problem_since__isnull=True, next_fetch_at__isnull=True
                )
                | (
                    models.Q(failures__gt=0, problem_since__isnull=False, next_fetch_at__isnull=False)
                    & ~models.Q(problem="")
                ),
                name="source_in_trouble_says_which_since_when_and_until",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"


class SyncRun(models.Model):
    """The ledger: one line per page, and one per fetch that failed, whose ``problem`` says why.

    received = applied + duplicate + superseded + quarantined. A fetch that failed has received nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, models.CASCADE, related_name="runs", verbose_name=_("source"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"))
    cursor_before = models.CharField(_("cursor before"), max_length=300, blank=True)
    cursor_after = models.CharField(_("cursor after"), max_length=300, blank=True)
    as_of = models.DateTimeField(_("data as of"), null=True, blank=True)
    problem = models.CharField(
        _("problem"), max_length=20, choices=Trouble.choices, blank=True, default="", db_default=""
    )
    received = models.PositiveIntegerField(_("received"))
    applied = models.PositiveIntegerField(_("applied"))
    duplicate = models.PositiveIntegerField(_("duplicate"))
    superseded = models.PositiveIntegerField(_("superseded"))
    quarantined = models.PositiveIntegerField(_("quarantined"))

    class Meta:
        verbose_name = _("sync run")
        verbose_name_plural = _("sync runs")
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["source", "started_at"], name="ledger_of_source_by_time"),
            models.Index(fields=["source", "cursor_before"], name="ledger_of_source_by_cursor"),
        ]
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
            models.CheckConstraint(
                condition=models.Q(problem="")
                | models.Q(received=0, as_of__isnull=True, cursor_after=models.F("cursor_before")),
                name="ledger_of_a_failed_fetch_has_no_rows",
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
