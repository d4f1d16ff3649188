"""One number line for changes of people and summaries: whoever watches asks for what is above a number."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE identity_changed_seq", reverse_sql="DROP SEQUENCE identity_changed_seq"
        ),
    ]
