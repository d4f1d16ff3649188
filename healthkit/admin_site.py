"""The admin of Health Kit Proxy: Django's own, with our name on it and signing in by mobile number."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class HealthKitAdminConfig(AdminConfig):
    """Installs the site below as Django's default admin site."""

    default_site = "healthkit.admin_site.HealthKitAdminSite"


class HealthKitAdminSite(admin.AdminSite):
    """The staff's side of the service."""

    site_header = _("Health Kit Proxy administration")
    site_title = _("Health Kit Proxy")
    index_title = _("Registry, records, rules and audit")
