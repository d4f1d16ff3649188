"""The WSGI application. Defaults to production, so that nothing unsafe reaches a server by forgetting.

The checks of gates are answered in front of Django (docs/adr/0010-checks-are-answered-in-front-of-django.md).
"""

import os
import signal

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from healthkit.embedded_postgres import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "healthkit.settings.production")

# Granian's workers would outlive a parent that is killed, and keep its port.
die_with_parent(signal.SIGTERM)

_django = get_wsgi_application()
application = import_string("lookup.hot_path.front.Front")(_django)
