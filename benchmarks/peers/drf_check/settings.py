"""Settings of the common way. Its own tables stand in the schema `drf`, the city's in `public`."""

import os

import dj_database_url

SECRET_KEY = "benchmark-only"
ALLOWED_HOSTS = ["127.0.0.1"]
DEBUG = False
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "rest_framework.authtoken",
    "benchmarks.peers.drf_check",
]
# What `startproject` puts there, without the parts that are for pages.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "benchmarks.peers.drf_check.urls"
DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=600)}
DATABASES["default"]["OPTIONS"] = {"options": f"-c search_path={os.environ.get('PEER_SCHEMA', 'drf,public')}"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"],
    # Over a second, which is kind: the history of a minute is read and written as a whole at each request.
    "DEFAULT_THROTTLE_RATES": {"checks": "100000/second"},
}
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PERSON_KEY_SECRET = bytes.fromhex(os.environ["PEER_PERSON_KEY_SECRET"])
SEALING_KEY = bytes.fromhex(os.environ["PEER_SEALING_KEY"])
