"""The registry's record of a person is found by its id: a correction of the number leaves another row."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is built beside the feeds that go on writing.
    atomic = False

    dependencies = [("identity", "0004_person_name_mark")]

    operations = [
        AddIndexConcurrently(
            model_name="person",
            index=models.Index(fields=["source", "record_id"], name="person_by_record"),
        ),
    ]
