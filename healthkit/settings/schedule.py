"""What beat asks for and how often, in seconds; a request that nobody took by `expires` is dropped."""

from typing import Any

CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "sync-records": {"task": "records.tasks.sync", "schedule": 30.0, "options": {"expires": 25}},
    "heartbeat": {"task": "records.tasks.heartbeat", "schedule": 30.0, "options": {"expires": 25}},
    # By day and night: a night on which beat was away is made up for.
    "keep-retention": {
        "task": "lookup.tasks.keep_retention",
        "schedule": 21600.0,
        "options": {"expires": 20000},
    },
    "keep-partitions": {
        "task": "records.tasks.keep_partitions",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "keep-audit-partitions": {
        "task": "lookup.tasks.keep_partitions",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    # Somebody waits for a code, so often; each run takes what is due.
    "send-notices": {"task": "identity.tasks.send_notices", "schedule": 5.0, "options": {"expires": 4}},
    "forget-codes": {
        "task": "identity.tasks.forget_codes",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "tally-hours": {
        "task": "lookup.tasks.tally_hours",
        "schedule": 600.0,
        "options": {"expires": 500},
    },
    "forget-consents": {
        "task": "lookup.tasks.forget_consents",
        "schedule": 86400.0,
        "options": {"expires": 3600},
    },
}
