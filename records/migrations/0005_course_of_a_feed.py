"""What the page before said, and where a feed has been, are remembered; a page that we refuse is trouble."""

from django.db import migrations, models

_TROUBLE = [
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
    ("NOT_MERGED", "our own database did not take the page"),
]


class Migration(migrations.Migration):
    dependencies = [("records", "0004_summary_updates_in_place")]

    operations = [
        migrations.AddField(
            model_name="source",
            name="page_before",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="source",
            name="problem",
            field=models.CharField(
                blank=True,
                choices=_TROUBLE,
                db_default="",
                default="",
                max_length=20,
                verbose_name="problem",
            ),
        ),
        migrations.AlterField(
            model_name="syncrun",
            name="problem",
            field=models.CharField(
                blank=True,
                choices=_TROUBLE,
                db_default="",
                default="",
                max_length=20,
                verbose_name="problem",
            ),
        ),
        migrations.AddIndex(
            model_name="syncrun",
            index=models.Index(fields=["source", "started_at"], name="ledger_of_source_by_time"),
        ),
        migrations.AddIndex(
            model_name="syncrun",
            index=models.Index(fields=["source", "cursor_before"], name="ledger_of_source_by_cursor"),
        ),
    ]
