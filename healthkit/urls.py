"""All addresses. The apps are named only as strings."""

from django.apps import apps
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from healthkit import health
from healthkit.edition import set_edition

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("django_prometheus.urls")),
    path("edition", set_edition, name="set-edition"),
    path("", include("identity.urls")),
    path("", include("lookup.urls")),
    path("", include("cases.urls")),
    path("api/v1/", include("identity.api.urls")),
    path("api/v1/", include("lookup.api.urls")),
    path("api/v1/", include("cases.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(), name="api-docs"),
    path("admin/second-step/", include("identity.admin.second_step")),
    path("admin/", admin.site.urls),
]

if apps.is_installed("demo"):
    urlpatterns.append(path("demo/", include("demo.urls")))

handler400 = "healthkit.errors.malformed_request"
handler403 = "healthkit.errors.forbidden"
handler404 = "healthkit.errors.not_found"
handler500 = "healthkit.errors.broken"
