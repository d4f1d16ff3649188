"""Django's handle on the cases app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """Cases, watching and the contradictions that are found without a complaint."""

    name = "cases"
    verbose_name = _("Cases")
    # What the admin's first page shows of this app (identity.admin.panels).
    admin_panels = "cases.admin.dashboard.panels"
