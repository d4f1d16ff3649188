"""The admin of Health Kit Proxy: Django's own, with our name on it, and two steps of signing in."""

from typing import Any, cast

import django_otp
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class HealthKitAdminConfig(AdminConfig):
    """Installs the site below as Django's default admin site."""

    default_site = "healthkit.admin_site.HealthKitAdminSite"


class HealthKitAdminSite(admin.AdminSite):
    """The staff's side of the service."""

    site_header = _("Health Kit Proxy administration")
    site_title = _("Health Kit Proxy")
    index_title = _("Registry, records, rules and audit")

    def has_permission(self, request: HttpRequest) -> bool:
        """Let staff in whose phone has shown a code, and in the demo those who have enrolled none."""
        return super().has_permission(request) and not _lacks_second_step(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Put the panels of the apps in front of the tables."""
        panels_for = import_string(settings.ADMIN_PANELS)
        panels = panels_for(request.user, at=timezone.now())
        return super().index(request, {**(extra_context or {}), "panels": panels})

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Let a colleague change their own password."""
        change_own_password = import_string("identity.admin.own_password.change_own_password")
        answer: TemplateResponse = change_own_password(
            request, {**self.each_context(request), **(extra_context or {})}
        )
        return answer

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Ask for the password, and whoever has given it for the second step."""
        if super().has_permission(request) and _lacks_second_step(request):
            asked = {"next": request.GET.get("next", "")}
            return HttpResponseRedirect(f"{reverse('second-step')}?{urlencode(asked)}")
        return super().login(request, extra_context)


def _lacks_second_step(request: HttpRequest) -> bool:
    user = cast("Any", request.user)
    if user.is_verified():
        return False
    return settings.SECOND_STEP_REQUIRED or django_otp.user_has_device(user)
