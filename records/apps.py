"""Django's handle on the records app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    """Tests, doses, orders, alerts and their sync."""

    name = "records"
    verbose_name = _("Records")
