"""The city's tables as models of another project."""

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7


class Site(models.Model):
    id = models.UUIDField(primary_key=True)
    pseudonym_salt = models.UUIDField()

    class Meta:
        managed = False
        db_table = "lookup_site"


class Device(models.Model):
    id = models.UUIDField(primary_key=True)
    site = models.ForeignKey(Site, models.PROTECT)

    class Meta:
        managed = False
        db_table = "lookup_device"


class Gate(models.Model):
    """Which device a user of TokenAuthentication is."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE)
    device_id = models.UUIDField()


class Person(models.Model):
    person_key = models.UUIDField(primary_key=True)
    name_sealed = models.BinaryField()
    born_on = models.DateField()
    died_on = models.DateField(null=True)
    registered_at = models.DateTimeField(null=True)
    face_reference = models.TextField()
    withdrawn = models.BooleanField()

    class Meta:
        managed = False
        db_table = "identity_person"


class Summary(models.Model):
    person = models.OneToOneField(
        Person, models.DO_NOTHING, primary_key=True, db_column="person_key", related_name="summary"
    )
    naats = models.JSONField()
    doses = models.JSONField()
    orders = models.JSONField()
    alerts = models.JSONField()
    record_in_review = models.BooleanField()

    class Meta:
        managed = False
        db_table = "records_summary"


class Source(models.Model):
    kind = models.CharField(max_length=10)
    as_of = models.DateTimeField(null=True)
    counts_for_freshness = models.BooleanField()

    class Meta:
        managed = False
        db_table = "records_source"


class PolicyRevision(models.Model):
    name = models.CharField(max_length=20)
    in_force_from = models.DateTimeField()
    counter = models.CharField(max_length=2)
    entry_days = models.PositiveSmallIntegerField(null=True)
    alert_1_days = models.PositiveSmallIntegerField()
    face_needed_for_assisted = models.BooleanField()
    orders_stale_after = models.DurationField()
    tests_stale_after = models.DurationField()
    registry_stale_after = models.DurationField()
    doses_stale_after = models.DurationField()

    class Meta:
        managed = False
        db_table = "lookup_policyrevision"


class Lookup(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7)
    asked_on = models.DateField()
    asked_at = models.DateTimeField()
    door = models.CharField(max_length=11)
    proof = models.CharField(max_length=12)
    device_id = models.UUIDField()
    subject_key = models.UUIDField()
    outcome = models.CharField(max_length=8)
    refusal = models.CharField(max_length=30)
    status = models.CharField(max_length=11)
    shown_status = models.CharField(max_length=11)
    reasons = models.JSONField()
    facts = models.JSONField()
    standing = models.JSONField()
    policy = models.CharField(max_length=20)
    rules = models.CharField(max_length=20)
    closes_at = models.DateTimeField()
    entry_verdict = models.CharField(max_length=7)
    entry_days = models.PositiveSmallIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "lookup_lookup"
