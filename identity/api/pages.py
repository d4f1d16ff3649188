"""Lists by pages: newest first, each page beginning after the id at which the one before ended."""

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.serializers import IntegerField

from identity.strict_fields import StrictCharField, StrictSerializer

ROWS, MOST_ROWS = 50, 200

_CURSOR = re.compile(r"[A-Za-z0-9_-]{22}")


class Identified(Protocol):
    """Something with an id by which the list is ordered: UUIDv7, so newer ones are greater."""

    @property
    def id(self) -> UUID: ...


Row = TypeVar("Row", bound=Identified)


class PageQuery(StrictSerializer):
    """Which part of a list."""

    cursor = StrictCharField(
        max_length=300, default="", allow_blank=True, help_text="The `next` of the page before; opaque."
    )
    limit = IntegerField(min_value=1, max_value=MOST_ROWS, default=ROWS)


@dataclass(frozen=True, kw_only=True)
class PageAsked:
    """Up to ``limit`` rows that are older than the one with id ``before``."""

    before: UUID | None
    limit: int


def page_asked(request: Request) -> PageAsked:
    """Return the part of a list that a request asks for; raises ValidationError."""
    query = PageQuery(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    cursor, limit = query.validated_data["cursor"], query.validated_data["limit"]
    return PageAsked(before=id_in(cursor) if cursor else None, limit=limit)


def page_json(rows: Sequence[Row], *, limit: int, to_json: Callable[[Row], dict[str, Any]]) -> dict[str, Any]:
    """Return a page of a list, of which one row more than ``limit`` was read if there are more."""
    shown = rows[:limit]
    more = len(rows) > limit
    return {"results": [to_json(row) for row in shown], "next": cursor_after(shown[-1].id) if more else None}


def cursor_after(row_id: UUID) -> str:
    """Return the cursor of the rows that are older than one."""
    return base64.urlsafe_b64encode(row_id.bytes).rstrip(b"=").decode()


def id_in(cursor: str) -> UUID:
    """Return the id that a cursor holds; raises ValidationError for what is no cursor."""
    if _CURSOR.fullmatch(cursor):
        row_id = UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
        # The last character has bits that say nothing.
        if cursor_after(row_id) == cursor:
            return row_id
    text = _("This place in the list cannot be found any more. Please start again from the newest.")
    raise ValidationError({"cursor": [ErrorDetail(str(text), code="cursor_not_valid")]})
