"""Trouble with a source: what it is, since when, until when the source is left alone; its ledger lines."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="source",
            name="failures",
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name="failures in a row"),
        ),
        migrations.AddField(
            model_name="source",
            name="next_fetch_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="not read before"),
        ),
        migrations.AddField(
            model_name="source",
            name="problem",
            field=models.CharField(
                blank=True,
                choices=[
                    ("UNREADABLE", "the file or folder cannot be read"),
                    ("UNREACHABLE", "no connection to the source"),
                    ("TLS_FAILED", "the certificate of the source is not valid"),
                    ("BROKEN_OFF", "the connection broke off in the middle"),
                    ("TOO_SLOW", "the source took too long"),
                    ("NOT_LET_IN", "the source does not let us in (401, 403)"),
                    ("NOT_FOUND", "the source does not know the feed or the place in it (404, 410)"),
                    ("BUSY", "the source asks us to come later (429, 503)"),
                    ("SERVER_ERROR", "an error at the source (5xx)"),
                    ("REDIRECTED", "the source sends us to another address, where we do not go (3xx)"),
                    ("UNEXPECTED_ANSWER", "an answer that the contract does not know"),
                    ("TOO_LARGE", "the page is too large"),
                    ("BAD_ENCODING", "the page cannot be unpacked"),
                    ("NOT_SIGNED", "the page is not signed"),
                    ("UNKNOWN_KEY", "the page is signed with a key that we do not have"),
                    ("BAD_SIGNATURE", "the signature does not fit the page"),
                    ("MALFORMED_PAGE", "the page has not the form of a page"),
                    ("WRONG_PAGE", "the page is not the one we asked for"),
                    ("WRONG_COUNT", "the page has another number of rows than it says, or too many"),
                    ("CURSOR_STUCK", "the cursor does not move, or goes in a circle"),
                    ("REPEATED_PAGE", "the page repeats the one before it"),
                ],
                db_default="",
                default="",
                max_length=20,
                verbose_name="problem",
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="problem_since",
            field=models.DateTimeField(blank=True, null=True, verbose_name="problem since"),
        ),
        migrations.AddField(
            model_name="syncrun",
            name="problem",
            field=models.CharField(
                blank=True,
                choices=[
                    ("UNREADABLE", "the file or folder cannot be read"),
                    ("UNREACHABLE", "no connection to the source"),
                    ("TLS_FAILED", "the certificate of the source is not valid"),
                    ("BROKEN_OFF", "the connection broke off in the middle"),
                    ("TOO_SLOW", "the source took too long"),
                    ("NOT_LET_IN", "the source does not let us in (401, 403)"),
                    ("NOT_FOUND", "the source does not know the feed or the place in it (404, 410)"),
                    ("BUSY", "the source asks us to come later (429, 503)"),
                    ("SERVER_ERROR", "an error at the source (5xx)"),
                    ("REDIRECTED", "the source sends us to another address, where we do not go (3xx)"),
                    ("UNEXPECTED_ANSWER", "an answer that the contract does not know"),
                    ("TOO_LARGE", "the page is too large"),
                    ("BAD_ENCODING", "the page cannot be unpacked"),
                    ("NOT_SIGNED", "the page is not signed"),
                    ("UNKNOWN_KEY", "the page is signed with a key that we do not have"),
                    ("BAD_SIGNATURE", "the signature does not fit the page"),
                    ("MALFORMED_PAGE", "the page has not the form of a page"),
                    ("WRONG_PAGE", "the page is not the one we asked for"),
                    ("WRONG_COUNT", "the page has another number of rows than it says, or too many"),
                    ("CURSOR_STUCK", "the cursor does not move, or goes in a circle"),
                    ("REPEATED_PAGE", "the page repeats the one before it"),
                ],
                db_default="",
                default="",
                max_length=20,
                verbose_name="problem",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("failures", 0),
                        ("next_fetch_at__isnull", True),
                        ("problem", ""),
                        ("problem_since__isnull", True),
                    ),
                    models.Q(
                        ("failures__gt", 0),
                        ("next_fetch_at__isnull", False),
                        ("problem_since__isnull", False),
                        models.Q(("problem", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="source_in_trouble_says_which_since_when_and_until",
            ),
        ),
        migrations.AddConstraint(
            model_name="syncrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("problem", ""),
                    models.Q(
                        ("as_of__isnull", True), ("cursor_after", models.F("cursor_before")), ("received", 0)
                    ),
                    _connector="OR",
                ),
                name="ledger_of_a_failed_fetch_has_no_rows",
            ),
        ),
    ]
