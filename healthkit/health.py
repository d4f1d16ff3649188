"""Liveness and readiness for whoever operates the service."""

import structlog
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

log = structlog.get_logger(__name__)


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Say that this process answers; touches nothing else."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether this process can serve: the database answers and its schema is the code's."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        log.warning("not_ready", exception=type(error).__name__)
        return _not_ready("database unreachable")
    if pending:
        return _not_ready(f"{len(pending)} migrations not applied")
    return JsonResponse({"status": "ok"})


def _not_ready(why: str) -> JsonResponse:
    response = JsonResponse({"status": "not ready", "why": why}, status=503)
    response["Retry-After"] = "5"
    return response
