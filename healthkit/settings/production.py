"""A server. Names every missing or bad variable at once, and has no default that is unsafe.

Every variable NAME can also be given as NAME_FILE, a file that holds the value. The list stands in
.env.example.
"""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import FileAwareEnv, ValidationError

from healthkit.redaction import logging_config
from healthkit.settings.base import *  # noqa: F403
from healthkit.settings.base import BASE_DIR, DECOY_PORTRAIT, HTTP_FEED_BOUNDS
from healthkit.settings.code_keys import is_private, parse_code_keys
from healthkit.settings.database import database
from healthkit.settings.http_sources import parse_http_sources
from healthkit.settings.secrets import is_weak_secret, parse_sealing_keys

DEPLOYMENT = "production"


def _strong(value: str) -> None:
    if is_weak_secret(value.encode()):
        raise ValidationError("Too weak, or a demo secret: 32 characters at least, of at least 10 kinds.")


def _signing_key(value: str) -> None:
    _strong(value)
    if len(value) < 50:
        raise ValidationError("Too short: Django signs sessions with it and asks for 50 characters.")


def _postgres(value: str) -> None:
    try:
        database(value)
    except ValueError as error:
        raise ValidationError(str(error)) from None


def _redis(value: str) -> None:
    if not value.startswith(("redis://", "rediss://")):
        raise ValidationError("Must be a Redis address: redis://host:port/0")


def _sealing_keys(value: str) -> None:
    try:
        parse_sealing_keys(value)
    except ValueError as error:
        raise ValidationError(f"{error}.".capitalize()) from None


def _code_keys(value: str) -> None:
    try:
        parse_code_keys(value)
    except ValueError as error:
        raise ValidationError(f"{error}.".capitalize()) from None


def _no_stub(value: str) -> None:
    if "stub" in value.lower():
        raise ValidationError("A stub proves nothing. Name the dotted path of a real backend.")


def _no_log(value: str) -> None:
    _no_stub(value)
    if "log_notifier" in value.lower():
        raise ValidationError("It shows codes in the log. Name the dotted path of a real backend.")


def _few(value: int) -> None:
    if not 0 <= value <= 10:
        raise ValidationError("Must be the number of proxies in front, from 0 to 10.")


def _some(value: int) -> None:
    if not 1 <= value <= 16:
        raise ValidationError("Must be a number of sources, from 1 to 16.")


def _readable(value: Path) -> None:
    if not value.is_file():
        raise ValidationError("Must be a file: a portrait that the matcher can read.")


def _hosts(value: list[str]) -> None:
    if not value or "*" in value:
        raise ValidationError("Name each host; * would let anybody forge the Host header.")


def _short_wait(value: float) -> None:
    if not 0 <= value <= 10:
        raise ValidationError("Must be seconds, from 0 to 10.")


def _sources(value: str) -> None:
    try:
        parse_http_sources(value)
    except ValueError as error:
        raise ValidationError(f"{error}.".capitalize()) from None


def _some_seconds(value: float) -> None:
    if not 0.1 <= value <= 600:
        raise ValidationError("Must be seconds, from 0.1 to 600.")


def _some_connections(value: int) -> None:
    if not 1 <= value <= 100:
        raise ValidationError("Must be the number of connections of each process for checks, from 1 to 100.")


def _off(value: bool) -> None:
    if value:
        raise ValidationError("Debug pages show secrets. A server runs without; leave it unset.")


_env = FileAwareEnv(eager=False)

DEBUG = _env.bool("DEBUG", default=False, validate=_off)
SECRET_KEY = _env.str("SECRET_KEY", validate=_signing_key)
ALLOWED_HOSTS: list[str] = _env.list("ALLOWED_HOSTS", validate=_hosts)
CSRF_TRUSTED_ORIGINS: list[str] = _env.list("CSRF_TRUSTED_ORIGINS", default=[])
_database_url = _env.str("DATABASE_URL", validate=_postgres)
_redis_url = _env.str("REDIS_URL", validate=_redis)
_person_key_secret = _env.str("PERSON_KEY_SECRET", validate=_strong)
_sealing = _env.str("SEALING_KEYS", validate=_sealing_keys)
SEALING_PRIMARY = _env.int("SEALING_PRIMARY")
_code_keys_text = _env.str("CODE_KEYS", validate=_code_keys)
CODE_SIGNING_KEY = _env.str("CODE_SIGNING_KEY")
FACE_MATCHER = _env.str("FACE_MATCHER", validate=_no_stub)
FACE_LIVENESS_REQUIRED = _env.bool("FACE_LIVENESS_REQUIRED", default=True)
_decoy_portrait = _env.path("DECOY_PORTRAIT", default=DECOY_PORTRAIT, validate=_readable)
NOTIFIER = _env.str("NOTIFIER", validate=_no_log)
TRUSTED_PROXY_COUNT = _env.int("TRUSTED_PROXY_COUNT", default=0, validate=_few)
_feed_folder = _env.path("FEED_FOLDER")
_http_sources = _env.str("HTTP_SOURCES", default="[]", validate=_sources)
_http_feed_seconds = {
    "connect_s": _env.float("HTTP_FEED_CONNECT_S", default=5.0, validate=_some_seconds),
    "read_s": _env.float("HTTP_FEED_READ_S", default=15.0, validate=_some_seconds),
    "whole_s": _env.float("HTTP_FEED_WHOLE_S", default=120.0, validate=_some_seconds),
}
SOURCES_AT_ONCE = _env.int("SOURCES_AT_ONCE", default=2, validate=_some)
SYNC_GENTLY = _env.bool("SYNC_GENTLY", default=False)
UNPROVEN_ANSWER_FLOOR_S = _env.float("UNPROVEN_ANSWER_FLOOR_S", default=0.35, validate=_short_wait)
GATE_CONNECTIONS = _env.int("GATE_CONNECTIONS", default=4, validate=_some_connections)
RELEASE = _env.str("RELEASE", default="")
_behind_tls_proxy = _env.bool("BEHIND_TLS_PROXY", default=False)

_env.seal()  # type: ignore[no-untyped-call]

if _behind_tls_proxy and not TRUSTED_PROXY_COUNT:
    # All clients would be one address, and any of them could lock the others out of signing in.
    raise ImproperlyConfigured("TRUSTED_PROXY_COUNT must be 1 or more where BEHIND_TLS_PROXY is set.")

FEED_FOLDER = _feed_folder
HTTP_SOURCES = parse_http_sources(_http_sources)
HTTP_FEED_BOUNDS = {**HTTP_FEED_BOUNDS, **_http_feed_seconds}
DECOY_PORTRAIT = _decoy_portrait
DATABASES = {"default": database(_database_url)}
PERSON_KEY_SECRET = _person_key_secret.encode()
SEALING_KEYS = parse_sealing_keys(_sealing)
if SEALING_PRIMARY not in SEALING_KEYS:
    raise ImproperlyConfigured(f"SEALING_PRIMARY={SEALING_PRIMARY} is not among the ids of SEALING_KEYS.")
CODE_KEYS = parse_code_keys(_code_keys_text)
if CODE_SIGNING_KEY not in CODE_KEYS or not is_private(CODE_KEYS[CODE_SIGNING_KEY]):
    raise ImproperlyConfigured(f"CODE_SIGNING_KEY={CODE_SIGNING_KEY} is no private key of CODE_KEYS.")

CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": _redis_url}}
CELERY_BROKER_URL = _redis_url
RATES_STORAGE = _redis_url
# Without time-outs a publisher would hang for as long as Redis is silent.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
}

SECURE_SSL_REDIRECT = True
# The probes of an orchestrator come without TLS, from inside.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
if _behind_tls_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
LOGGING = logging_config(json=True)
