"""A keyed mark beside the sealed name, so that a feed's names are compared by a join and not by unsealing.

Null in the rows that exist: `manage.py mark_names` fills them, in pieces and while the service runs.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is built beside the feeds that go on writing.
    atomic = False

    dependencies = [("identity", "0003_accounts_claims_and_notices")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="name_mark",
            field=models.UUIDField(editable=False, null=True),
        ),
        AddIndexConcurrently(
            model_name="person",
            index=models.Index(
                condition=models.Q(("withdrawn", False)),
                fields=["person_key"],
                include=("name_mark",),
                name="person_name_mark",
            ),
        ),
    ]
