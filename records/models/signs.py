"""Signs of life: that the queue carries, and what each laboratory has sent by the hour."""

from django.db import models


class Heartbeat(models.Model):
    """When a message last came from beat through the broker and a worker into this database."""

    name = models.CharField(primary_key=True, max_length=40)
    beaten_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class LaboratoryHour(models.Model):
    """What one laboratory sent through one source within one hour, for the board."""

    source = models.CharField(max_length=40)
    laboratory = models.CharField(max_length=80, blank=True)
    hour = models.DateTimeField()
    received = models.PositiveIntegerField()
    newest_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["source", "laboratory", "hour"], name="laboratory_is_counted_once_an_hour"
            ),
        ]
        indexes = [models.Index(fields=["hour"], name="laboratory_by_hour")]

    def __str__(self) -> str:
        return f"{self.laboratory} {self.hour}"
