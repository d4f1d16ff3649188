"""A developer's or visitor's machine: own PostgreSQL, file-system queue, demo secrets, demo city."""

import os
from pathlib import Path

from healthkit.embedded_postgres import EmbeddedPostgres
from healthkit.redaction import logging_config
from healthkit.settings.base import *  # noqa: F403
from healthkit.settings.base import BASE_DIR, CELERY_BEAT_SCHEDULE, GATE_CONNECTIONS, INSTALLED_APPS
from healthkit.settings.code_keys import demo_code_keys
from healthkit.settings.database import database
from healthkit.settings.http_sources import parse_http_sources
from healthkit.settings.release import described_release

DEPLOYMENT = "embedded"
VAR_DIR = Path(os.environ.get("HEALTHKIT_VAR", BASE_DIR / "var"))

DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]
INSTALLED_APPS = [*INSTALLED_APPS, "demo"]

# Everybody knows these; the production settings refuse anything that begins with "demo".
SECRET_KEY = "demo-secret-key-of-the-embedded-run-that-everybody-knows-0123456789"
PERSON_KEY_SECRET = b"demo-person-key-secret-known-to-all"
SEALING_KEYS = {1: b"demo-sealing-key-known-to-all-01"}
SEALING_PRIMARY = 1
CODE_KEYS = demo_code_keys()
CODE_SIGNING_KEY = "demo-1"

DATABASES = {
    "default": database(
        os.environ.get("DATABASE_URL") or EmbeddedPostgres(folder=VAR_DIR / "postgres").url,
    )
}
# Static files come straight from the apps, so that nothing has to be collected first.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

FACE_MATCHER = "identity.backends.stub_face_match.StubFaceMatcher"
# Writes codes into the worker's log, where whoever runs the demo reads them.
NOTIFIER = "identity.backends.log_notifier.LogNotifier"
# Whoever tries the demo has no phone enrolled; who enrols one is asked for its codes from then on.
SECOND_STEP_REQUIRED = False
# The stub assesses none.
FACE_LIVENESS_REQUIRED = False
FEED_FOLDER = VAR_DIR / "feeds"
# For trying a feed over HTTP (`manage.py serve_feed` prints what to set); none unless it is set.
HTTP_SOURCES = parse_http_sources(os.environ.get("HTTP_SOURCES", "[]"), allow_plain_here=True)
GATE_CONNECTIONS = int(os.environ.get("GATE_CONNECTIONS", GATE_CONNECTIONS))
DEMO_FILE = VAR_DIR / "demo.json"
# The demo's sources are all its own.
SOURCES_WITHOUT_RULES_MAY_SPEAK = True

RELEASE = described_release(BASE_DIR)

_queue = VAR_DIR / "queue"
CELERY_BROKER_URL = "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # One folder both ways: what a producer writes, the worker of the same machine reads.
    "data_folder_in": str(_queue / "messages"),
    "data_folder_out": str(_queue / "messages"),
    "control_folder": str(_queue / "control"),
    "store_processed": False,
}

CELERY_BEAT_SCHEDULE = {
    **CELERY_BEAT_SCHEDULE,
    # A city that nobody reports on any more would grow stale within hours.
    "keep-demo-current": {
        "task": "demo.tasks.keep_current",
        "schedule": 1800.0,
        "options": {"expires": 1500},
    },
}

LOGGING = logging_config(json=False)
