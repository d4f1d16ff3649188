"""The demo city never comes near a server: its secrets and passwords are known to everybody."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def refuse_deployment() -> None:
    """Raise ImproperlyConfigured unless the settings say that they are the embedded ones."""
    if getattr(settings, "DEPLOYMENT", None) != "embedded":
        raise ImproperlyConfigured(
            "The app 'demo' belongs to the embedded run only. Take it out of INSTALLED_APPS."
        )
