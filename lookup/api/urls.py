"""Addresses of the look-ups' API, below /api/v1/."""

from django.urls import path

from lookup.api.access_lock import AccessLocks
from lookup.api.access_log import AccessLog
from lookup.api.catalogue import StatusCodes
from lookup.api.citizen import AssistedQueries, OwnCode, Query
from lookup.api.code_keys import CodeKeys
from lookup.api.consents import Consents
from lookup.api.device import CheckBatches, Checks
from lookup.api.third_party import RecordQueries, ThirdPartyOfQuery, ThirdPartyQueries

urlpatterns = [
    path("status-codes", StatusCodes.as_view(), name="api-status-codes"),
    path("code-keys", CodeKeys.as_view(), name="api-code-keys"),
    path("own-code", OwnCode.as_view(), name="api-own-code"),
    path("assisted-queries", AssistedQueries.as_view(), name="api-assisted-queries"),
    path("consents", Consents.as_view(), name="api-consents"),
    path("third-party-queries", ThirdPartyQueries.as_view(), name="api-third-party-queries"),
    path("record-queries", RecordQueries.as_view(), name="api-record-queries"),
    path("queries/<str:query_id>/third-party", ThirdPartyOfQuery.as_view(), name="api-third-party-of-query"),
    path("queries/<str:query_id>", Query.as_view(), name="api-query"),
    path("access-log", AccessLog.as_view(), name="api-access-log"),
    path("access-lock", AccessLocks.as_view(), name="api-access-lock"),
    path("checks", Checks.as_view(), name="api-checks"),
    path("checks/batch", CheckBatches.as_view(), name="api-check-batches"),
]
