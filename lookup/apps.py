"""Django's handle on the lookup app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LookupConfig(AppConfig):
    """Doors, rules and the audit."""

    name = "lookup"
    verbose_name = _("Look-ups")
    # What the admin\'s first page shows of this app (identity.admin.panels).
    admin_panels = "lookup.admin.dashboard.panels"
