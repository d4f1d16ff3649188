"""What beat asks for in the embedded run, so that the city stays of today while it is being served."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from demo.loading import tell


@shared_task(name="demo.tasks.keep_current")
def keep_current() -> None:
    """Write what the city's sources have to tell by now; the next beat of records reads it."""
    tell(settings.FEED_FOLDER, at=timezone.now())
