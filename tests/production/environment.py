"""The environment of a server: every variable that the production settings ask for, secrets drawn anew."""

import base64
import os
import secrets
from pathlib import Path

from tests.code_keys import make_code_keys_text

HOST = "kit.example"
BEHIND_TLS = {"Host": HOST, "X-Forwarded-Proto": "https", "Origin": f"https://{HOST}"}


def production_environment(*, redis_url: str, feeds: Path) -> dict[str, str]:
    """Return the variables of a deployment on a Redis, with its feeds in a folder."""
    return {
        "DJANGO_SETTINGS_MODULE": "healthkit.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "PERSON_KEY_SECRET": secrets.token_urlsafe(48),
        "SEALING_KEYS": f"7:{base64.b64encode(os.urandom(32)).decode()}",
        "SEALING_PRIMARY": "7",
        "CODE_KEYS": make_code_keys_text("2026-11"),
        "CODE_SIGNING_KEY": "2026-11",
        "REDIS_URL": redis_url,
        "ALLOWED_HOSTS": HOST,
        "BEHIND_TLS_PROXY": "1",
        "TRUSTED_PROXY_COUNT": "1",
        "FACE_MATCHER": "tests.project.real_matcher.RealMatcher",
        "NOTIFIER": "tests.project.real_notifier.RealNotifier",
        "FEED_FOLDER": str(feeds),
    }
