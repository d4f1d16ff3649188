"""The detector looks through the unknowns of a day every few minutes; they are few among all answers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lookup", "0007_proposals_are_never_edited")]

    operations = [
        migrations.AddIndex(
            model_name="lookup",
            index=models.Index(
                condition=models.Q(("status", "UNKNOWN")), fields=["asked_at"], name="lookup_that_was_unknown"
            ),
        ),
    ]
