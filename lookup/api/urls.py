"""Addresses of the look-ups' API, below /api/v1/."""

from django.urls import path

from lookup.api.catalogue import StatusCodes
from lookup.api.citizen import AssistedQueries, OwnCode, Query
from lookup.api.device import Checks

urlpatterns = [
    path("status-codes", StatusCodes.as_view(), name="api-status-codes"),
    path("own-code", OwnCode.as_view(), name="api-own-code"),
    path("assisted-queries", AssistedQueries.as_view(), name="api-assisted-queries"),
    path("queries/<str:query_id>", Query.as_view(), name="api-query"),
    path("checks", Checks.as_view(), name="api-checks"),
]
