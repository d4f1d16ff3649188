"""Settings that are the same everywhere. Nothing here is secret and nothing reads the environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from healthkit.redaction import logging_config
from healthkit.settings.openapi import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS
from healthkit.settings.schedule import BEAT_SCHEDULE

BASE_DIR = Path(__file__).resolve().parents[2]

INSTALLED_APPS = [
    "identity",
    "records",
    "lookup",
    "cases",
    "healthkit.admin_site.HealthKitAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework_api_key",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "django_structlog",
    "django_prometheus",
    "axes",
    "django_otp",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "healthkit.middleware.RequestLog",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "healthkit.language.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    # After language, CSP and CSRF, so that its page has all three; before anything reads the database.
    "healthkit.middleware.RefuseMalformedRequests",
    "healthkit.middleware.RoomForGates",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "healthkit.middleware.NoStore",
    # Inside NoStore and the language: its page replaces the one of a locked-out try.
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "healthkit.urls"
WSGI_APPLICATION = "healthkit.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "healthkit" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "healthkit.edition.edition",
            ],
        },
    },
]

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = [
    # First, since it lets a locked-out try go no further.
    "axes.backends.AxesStandaloneBackend",
    "identity.backends.mobile.MobileBackend",
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# django-axes: counted by identity.lock_out per mobile number (as its key) and address; it logs nobody.
AXES_HANDLER = "identity.backends.lock_out.LockOutHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "identity.lock_out.username_of"
AXES_CLIENT_IP_CALLABLE = "identity.client_address.client_address"
AXES_LOCKOUT_CALLABLE = "identity.views.sign_in.locked_out"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12
API_SESSION_HOURS = 12
# What collects the panels of the admin's first page from the apps.
ADMIN_PANELS = "identity.admin.panels.panels_for"
# Staff sign in with a one-time code of their phone as well (docs/security.md, "Accounts and signing in").
SECOND_STEP_REQUIRED = True
CSRF_FAILURE_VIEW = "healthkit.errors.csrf_failure"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# DRF rolls back on a raised refusal, and an audit row must survive its refusal.
ATOMIC_REQUESTS = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100

STATIC_URL = "static/"
STATIC_ROOT: Path | None = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "healthkit" / "static"]

# django-csp 4. Everything comes from here; scripts only with the nonce of the page.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    # Deny by default: an endpoint that forgets to say who may call it is closed.
    "DEFAULT_PERMISSION_CLASSES": ["healthkit.api.Nobody"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["healthkit.api.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "healthkit.api_schema.ProblemAutoSchema",
    # OPTIONS would describe our views to strangers; the OpenAPI document does that on purpose.
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "healthkit.problems.ProblemExceptionHandler",
    "EXCEPTION_FORMATTER_CLASS": "healthkit.problems.ProblemFormatter",
}
LOGGING = logging_config(json=True)
LOGGING_CONFIG = "logging.config.dictConfig"
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = None
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = False
DJANGO_STRUCTLOG_TRUST_UPSTREAM_CORRELATION_ID = False

# Photos stay in memory: no handler here writes a file, and a form has one photo at most.
FILE_UPLOAD_HANDLERS = ["identity.uploads.InMemoryPhotos"]
DATA_UPLOAD_MAX_NUMBER_FILES = 1
# Proxies in front that add to X-Forwarded-For; with 0 the header is not read (identity.client_address).
TRUSTED_PROXY_COUNT = 0
# What a photo is compared with where nothing is on file, so that time tells nobody which it was.
DECOY_PORTRAIT = BASE_DIR / "identity" / "backends" / "decoy_portrait.png"
FACE_LIVENESS_REQUIRED = True
# Seconds below which no asker without proof is answered (docs/security.md, 4).
UNPROVEN_ANSWER_FLOOR_S = 0.35

# A port (docs/architecture.md, decision 8): the dotted path of its backend.
RECORD_SOURCES = "records.backends.all_sources.AllSources"
# The port from an answer to a case.
CASE_DESK = "cases.backends.case_desk.CaseDesk"
# Sources that are read over HTTP (docs/feed.md, 8); any other has its feeds in FEED_FOLDER.
HTTP_SOURCES: tuple[Mapping[str, Any], ...] = ()
# Of one page: seconds for the connection, for silence, for the whole; bytes as sent, and unpacked.
HTTP_FEED_BOUNDS: Mapping[str, Any] = {
    "connect_s": 5.0,
    "read_s": 15.0,
    "whole_s": 120.0,
    "sent_bytes": 32 * 1024 * 1024,
    "unpacked_bytes": 64 * 1024 * 1024,
}

# A source that stands in no rules may speak for nothing (docs/feed.md, 9).
SOURCES_WITHOUT_RULES_MAY_SPEAK = False
# How many sources are read at a time: each takes a connection, and two processes that work.
SOURCES_AT_ONCE = 1
# Whether every sync takes small pages and rests after each, for whoever asks meanwhile.
SYNC_GENTLY = False

# What one feed may turn adverse within an hour, where its rules say nothing else: so many people, or
# beyond that this share of those whom it touches. More is held for two colleagues (docs/feed.md, 8).
BREAKER_PEOPLE = 200
BREAKER_PERCENT = 1.0

# Of each process: connections for checks at gates alone, such checks at once, requests of people at once.
# More are told at once to come back; together they stay below a worker's threads (healthkit/web_server.py).
GATE_CONNECTIONS, GATE_CALLS_AT_ONCE, PEOPLE_AT_ONCE = 4, 48, 14
RATES_STORAGE = ""  # where devices' rates are counted: a Redis address, or empty: in each process by itself

# Of an age band with one type of document, at one door: more percent than this shut out by a new rule has
# to be acknowledged by name before the rule comes into force (docs/domain.md, 5).
DRY_RUN_SHARE_TO_ACKNOWLEDGE = 1.0
# What runs here, for the alarm of shares to name; empty: not said.
RELEASE = ""

# The detector opens a case for so many people within so many hours (docs/domain.md, 9); for a laboratory that
# sent in so many hours of the week and then in none of the last; for orders whose source is silent so long.
CONTRADICTION_PEOPLE, CONTRADICTION_HOURS = 5, 24
LABORATORY_REGULAR_HOURS, LABORATORY_SILENT_HOURS = 24, 12
ORDERS_SOURCE_SILENT_HOURS = 48

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
