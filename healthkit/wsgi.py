"""The WSGI application. Defaults to production, so that nothing unsafe reaches a server by forgetting."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "healthkit.settings.production")

application = get_wsgi_application()
