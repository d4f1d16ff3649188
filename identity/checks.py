"""Deploy checks: a server has no stubs behind its ports, and staff with two steps of signing in."""

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.module_loading import import_string

_PORTS = ("FACE_MATCHER", "NOTIFIER")
# What a stub says of itself in its name; a log is no carrier of messages.
_SAYS_STUB = ("stub", "log_notifier")


@register(Tags.security, deploy=True)
def refuse_stubs(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a port whose backend says in its name that it is a stub."""
    return [
        Error(
            f"{port} is a stub and proves nothing: {getattr(settings, port)}",
            hint=f"Set {port} to the dotted path of a real backend.",
            id="identity.E001",
        )
        for port in _PORTS
        if any(word in getattr(settings, port).lower() for word in _SAYS_STUB)
    ]


@register(Tags.security, deploy=True)
def require_backends(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a port whose backend cannot be imported, before the first request needs it."""
    return [
        Error(
            f"{port} names nothing that can be imported: {getattr(settings, port)}",
            hint=f"Set {port} to the dotted path of a class.",
            id="identity.E002",
        )
        for port in _PORTS
        if not _can_import(getattr(settings, port))
    ]


@register(Tags.security, deploy=True)
def require_second_step(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a server whose staff sign in with a password alone."""
    if settings.SECOND_STEP_REQUIRED:
        return []
    text = "SECOND_STEP_REQUIRED is off: a stolen password would open the admin."
    return [Error(text, hint="Leave it on; only the embedded settings turn it off.", id="identity.E003")]


def _can_import(path: str) -> bool:
    try:
        import_string(path)
    except ImportError:
        return False
    return True
