"""All addresses. The apps are named only as strings."""

from django.contrib import admin
from django.urls import include, path

from healthkit import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
]

handler400 = "healthkit.errors.malformed_request"
handler403 = "healthkit.errors.forbidden"
handler404 = "healthkit.errors.not_found"
handler500 = "healthkit.errors.broken"
