"""The shapes of cases in the API: what is sent, what comes back, and how a case becomes JSON."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from cases import wording
from cases.filing import Complaint
from cases.models import Case, CaseEvent
from cases.shown import Author, CaseShown, EventShown
from cases.timeline import LONGEST_TEXT
from identity.api.times import rfc3339
from identity.strict_fields import StrictCharField, StrictSerializer
from lookup.api.ids import uuid_in

# Settings name these, so that the OpenAPI document has names for them.
KIND_CODES = list(Case.Kind.values)
RECORD_CODES = list(Case.Record.values)
STATE_CODES = list(Case.State.values)
OFFICE_CODES = list(Case.Owner.values)
RESOLUTION_CODES = list(Case.Resolution.values)
_SHOWN_EVENTS = (
    *(CaseEvent.Kind.FILED, CaseEvent.Kind.ADDED, CaseEvent.Kind.ANSWERED, CaseEvent.Kind.HANDED_OVER),
    *(CaseEvent.Kind.ESCALATED, CaseEvent.Kind.CLOSED, CaseEvent.Kind.REOPENED),
)
EVENT_CODES = [each.value for each in _SHOWN_EVENTS]

_WORDS_HELP = (
    f"At most {LONGEST_TEXT} characters. ID numbers and phone numbers are taken out before it is kept."
)


class CodeChoice(serializers.ChoiceField):
    """One code of a list; what was sent instead is not repeated, since it may be anything."""

    default_error_messages = {
        "invalid_choice": _("There is no such code. Please use one of those in /api/docs/.")
    }


class FileSerializer(StrictSerializer):
    """A new case."""

    query = StrictCharField(max_length=36, help_text="`id` of the answer that it is about; one's own.")
    kind = CodeChoice(choices=KIND_CODES, help_text="What is wrong.")
    record = CodeChoice(
        choices=RECORD_CODES,
        default=None,
        allow_null=True,
        help_text="With `WRONG_RECORD` and `MISSING_RECORD`, and with nothing else.",
    )
    text = StrictCharField(max_length=LONGEST_TEXT, default="", allow_blank=True, help_text=_WORDS_HELP)


class MessageSerializer(StrictSerializer):
    """A text for an open case."""

    text = StrictCharField(max_length=LONGEST_TEXT, help_text=_WORDS_HELP)


class ReopenSerializer(StrictSerializer):
    """Why a case is opened again."""

    text = StrictCharField(max_length=LONGEST_TEXT, default="", allow_blank=True, help_text=_WORDS_HELP)


@extend_schema_field({"type": "string", "enum": KIND_CODES})
class CaseKindField(serializers.CharField):
    """What is wrong."""


@extend_schema_field({"type": ["string", "null"], "enum": [*RECORD_CODES, None]})
class RecordField(serializers.CharField):
    """Which record."""


@extend_schema_field({"type": "string", "enum": STATE_CODES})
class CaseStateField(serializers.CharField):
    """Who has the next word."""


@extend_schema_field({"type": "string", "enum": OFFICE_CODES})
class OfficeField(serializers.CharField):
    """Who puts it right."""


@extend_schema_field({"type": "string", "enum": RESOLUTION_CODES})
class ResolutionField(serializers.CharField):
    """How it ended."""


@extend_schema_field({"type": "string", "enum": EVENT_CODES})
class EventField(serializers.CharField):
    """What happened."""


@extend_schema_field({"type": "string", "enum": [each.value for each in Author]})
class AuthorField(serializers.CharField):
    """Who did it."""


class CaseStandingSerializer(serializers.Serializer[Any]):
    """How a case stands."""

    code = CaseStateField()
    label = serializers.CharField()  # type: ignore[assignment]


class OfficeSerializer(serializers.Serializer[Any]):
    """Who puts it right."""

    code = OfficeField()
    label = serializers.CharField()  # type: ignore[assignment]


class ResolutionSerializer(serializers.Serializer[Any]):
    """How it ended."""

    code = ResolutionField()
    label = serializers.CharField()  # type: ignore[assignment]


class CaseLineSerializer(serializers.Serializer[Any]):
    """A case in the list."""

    number = serializers.CharField(
        help_text="To be quoted, such as `HK-2022-000123-D`; the letter checks it."
    )
    kind = CaseKindField()
    record = RecordField(allow_null=True)
    title = serializers.CharField(help_text="What is wrong, in words.")
    state = CaseStandingSerializer()
    next = serializers.CharField(help_text="What to expect, and by when.")
    query = serializers.UUIDField(help_text="`id` of the answer that it was filed from.")
    door = serializers.CharField(help_text="Through which that was asked.")
    person = serializers.CharField(allow_null=True, help_text="Masked; null where the asker may not be told.")
    owner = OfficeSerializer(allow_null=True, help_text="Null where the asker may not be told.")
    opened_at = serializers.DateTimeField()
    respond_by = serializers.DateTimeField()
    resolve_by = serializers.DateTimeField()
    responded_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    resolution = ResolutionSerializer(
        allow_null=True, help_text="Null while it is open, or where the asker may not be told."
    )
    late = serializers.BooleanField(help_text="A promised time has passed.")
    may_reopen = serializers.BooleanField()


class TimelineEntrySerializer(serializers.Serializer[Any]):
    """One line of the timeline."""

    at = serializers.DateTimeField()
    event = EventField()
    author = AuthorField()
    text = serializers.CharField(help_text="What happened, in words.")
    words = serializers.CharField(help_text="What was written; empty where nothing was, or may not be told.")


class CaseSerializer(CaseLineSerializer):
    """A case with everything that has happened in it."""

    timeline = TimelineEntrySerializer(many=True, help_text="Oldest first.")
    notice = serializers.CharField(
        allow_null=True, help_text="Said once, after numbers were taken out of what was sent."
    )


class CasesSerializer(serializers.Serializer[Any]):
    """A page of cases."""

    results = CaseLineSerializer(many=True, help_text="Newest first.")
    next = serializers.CharField(allow_null=True, help_text="Cursor of the older ones; null at the end.")


def read_filing(request: Request) -> tuple[UUID | None, Complaint]:
    """Return the answer and the complaint that a request sends; no answer for what is no id."""
    values = _read(FileSerializer, request)
    record = values["record"]
    complaint = Complaint(
        kind=Case.Kind(values["kind"]),
        record=None if record is None else Case.Record(record),
        text=values["text"],
    )
    return uuid_in(values["query"]), complaint


def read_text(request: Request, serializer: type[StrictSerializer]) -> str:
    """Return the text that a request sends."""
    text: str = _read(serializer, request)["text"]
    return text


def field_error(field: str, text: str, *, code: str) -> ValidationError:
    """Return the problem of one field."""
    return ValidationError({field: [ErrorDetail(text, code=code)]})


def line_json(case: CaseShown, *, next_text: str) -> dict[str, Any]:
    """Return a case as the list shows it, in the active language."""
    return {
        "number": case.number,
        "kind": case.kind.value,
        "record": None if case.record is None else case.record.value,
        "title": str(wording.complaint_label(case.kind, case.record)),
        "state": {"code": case.state.value, "label": str(wording.state_label(case.state))},
        "next": next_text,
        "query": str(case.lookup_id),
        "door": case.door.value,
        "person": case.subject_name,
        "owner": _coded(case.owner, None if case.owner is None else wording.office_label(case.owner)),
        "opened_at": rfc3339(case.opened_at),
        "respond_by": rfc3339(case.respond_by),
        "resolve_by": rfc3339(case.resolve_by),
        "responded_at": None if case.responded_at is None else rfc3339(case.responded_at),
        "resolved_at": None if case.resolved_at is None else rfc3339(case.resolved_at),
        "resolution": _coded(
            case.resolution, None if case.resolution is None else wording.resolution_text(case.resolution)
        ),
        "late": case.is_late,
        "may_reopen": case.may_reopen,
    }


def case_json(case: CaseShown, *, next_text: str, removed: int) -> dict[str, Any]:
    """Return a case with its timeline, and the kind sentence where numbers were taken out."""
    return line_json(case, next_text=next_text) | {
        "timeline": [_event_json(event) for event in case.events],
        "notice": wording.numbers_removed_text(removed) if removed else None,
    }


def _event_json(event: EventShown) -> dict[str, Any]:
    return {
        "at": rfc3339(event.at),
        "event": event.kind.value,
        "author": event.author.value,
        "text": wording.event_text(event),
        "words": event.text,
    }


def _coded(code: Case.Owner | Case.Resolution | None, label: object) -> dict[str, str] | None:
    return None if code is None else {"code": code.value, "label": str(label)}


def _read(serializer: type[StrictSerializer], request: Request) -> dict[str, Any]:
    body = serializer(data=request.data)
    body.is_valid(raise_exception=True)
    values: dict[str, Any] = body.validated_data
    return values
