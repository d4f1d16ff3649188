"""The queue. Defaults to production, like wsgi; `make run` sets the embedded settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "healthkit.settings.production")

app = Celery("healthkit")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
