"""The embedded settings with production's broker, and a test's impatience: all by the second."""

import os

from healthkit.settings.embedded import *  # noqa: F403

CELERY_BROKER_URL = os.environ["REDIS_URL"]
# A message that is not done within a second is given to another worker as well.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 1, "socket_timeout": 5, "socket_connect_timeout": 5}
CELERY_BEAT_SCHEDULE = {
    "sync-records": {"task": "records.tasks.sync", "schedule": 1.0, "options": {"expires": 25}},
    "heartbeat": {"task": "records.tasks.heartbeat", "schedule": 1.0, "options": {"expires": 25}},
}
