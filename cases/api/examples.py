"""A case as the OpenAPI document shows it; a test holds it against the schema."""

from typing import Any

LINE: dict[str, Any] = {
    "number": "HK-2022-000123-D",
    "kind": "STATUS_UNKNOWN",
    "record": None,
    "title": "The status is unknown or cannot be confirmed",
    "state": {"code": "OPEN", "label": "We are working on it"},
    "next": "We answer by 16 Jun 2022, 10:00.",
    "query": "01816519-f700-7d31-8f2f-6a4e0f9b2c11",
    "door": "ASSISTED",
    "person": "李*",
    "owner": {"code": "REGISTRY", "label": "The household registration counter of the police"},
    "opened_at": "2022-06-15T10:00:00+08:00",
    "respond_by": "2022-06-16T10:00:00+08:00",
    "resolve_by": "2022-06-22T10:00:00+08:00",
    "responded_at": None,
    "resolved_at": None,
    "resolution": None,
    "late": False,
    "may_reopen": False,
}

CASE: dict[str, Any] = LINE | {
    "timeline": [
        {
            "at": "2022-06-15T10:00:00+08:00",
            "event": "FILED",
            "author": "YOU",
            "text": "The case was filed, with everything that the answer rests on.",
            "words": "两针疫苗都打了",
        }
    ],
    "notice": None,
}
