"""Django's handle on the identity app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    """People, kinship and accounts."""

    name = "identity"
    verbose_name = _("People and accounts")
    # What the admin\'s first page shows of this app (identity.admin.panels).
    admin_panels = "identity.admin.dashboard.panels"

    def ready(self) -> None:
        """Register the deploy checks."""
        from identity import checks  # noqa: F401
