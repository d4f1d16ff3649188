"""One address."""

from django.urls import path

from benchmarks.peers.drf_check.views import Checks

urlpatterns = [path("api/v1/checks", Checks.as_view())]
