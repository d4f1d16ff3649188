"""Django's handle on the records app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    """Tests, doses, orders, alerts and their sync."""

    name = "records"
    verbose_name = _("Records")
    # What the admin\'s first page shows of this app (identity.admin.panels).
    admin_panels = "records.admin.dashboard.panels"

    def ready(self) -> None:
        """Register the check of the database."""
        from records import checks  # noqa: F401
