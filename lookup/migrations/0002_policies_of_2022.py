"""Seed the policy rows of 2022; the last one is in force since."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from lookup.policies.timeline import seeded_rows


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    revisions = apps.get_model("lookup", "PolicyRevision").objects
    revisions.bulk_create(revisions.model(**row) for row in seeded_rows())


def unseed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    names = [row["name"] for row in seeded_rows()]
    apps.get_model("lookup", "PolicyRevision").objects.filter(name__in=names).delete()


class Migration(migrations.Migration):
    dependencies = [("lookup", "0001_initial")]

    operations = [migrations.RunPython(seed, unseed)]
