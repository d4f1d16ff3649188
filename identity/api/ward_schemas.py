"""My people, as they come in and as they go out."""

from datetime import datetime
from typing import Any, assert_never

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request as HttpRequest
from rest_framework.serializers import CharField, DateTimeField, ListField, UUIDField

from identity.api.document_fields import DocumentTypeField, document_in
from identity.api.times import rfc3339
from identity.claims import LONGEST_REFERENCE, ReferenceProblem, Request, parse_reference
from identity.document import (
    DocumentType,
)
from identity.kinship_wording import next_steps, reference_problem_text
from identity.models import Kinship
from identity.names import LONGEST_NAME, MalformedName, parse_name
from identity.relations import OtherGuardian, Relation, RelationState, Role
from identity.strict_fields import StrictCharField, StrictSerializer
from identity.wording import name_problem_text

# Settings name these, so that the OpenAPI document has a name for each.
KIND_CODES = list(Kinship.Kind.values)
EVIDENCE_CODES = list(Kinship.Evidence.values)


@extend_schema_field({"type": "string", "enum": KIND_CODES})
class _KindField(StrictCharField):
    """A kind of kinship."""


@extend_schema_field({"type": "string", "enum": EVIDENCE_CODES})
class _EvidenceField(StrictCharField):
    """A kind of evidence."""


@extend_schema_field({"type": "string", "enum": [each.value for each in Role]})
class _RoleField(CharField):
    """What the account is."""


@extend_schema_field({"type": "string", "enum": [each.value for each in RelationState]})
class _StateField(CharField):
    """How it stands."""


class ClaimSerializer(StrictSerializer):
    """Whose guardian, and what proves it."""

    document_type = DocumentTypeField(
        max_length=20, default=DocumentType.RESIDENT_ID.value, help_text="Official code, as in other calls."
    )
    document_number = StrictCharField(
        max_length=100, allow_blank=True, help_text="Of the ward, as it stands on the document."
    )
    name = StrictCharField(
        max_length=4 * LONGEST_NAME, allow_blank=True, help_text="Of the ward, as it stands on the document."
    )
    kind = _KindField(
        max_length=20,
        help_text="`PARENT` of a child under 18, `LEGAL_GUARDIAN`, or `CARER`: a relative who looks after an "
        "adult.",
    )
    evidence = _EvidenceField(
        max_length=20, help_text="What proves it; `OWN_CONFIRMATION`: the adult confirms it alone."
    )
    evidence_reference = StrictCharField(
        max_length=4 * LONGEST_REFERENCE,
        default="",
        allow_blank=True,
        help_text="The number of the register, certificate or decision; empty with `OWN_CONFIRMATION` only. "
        "Never the number of an identity document.",
    )


class PersonSerializer(serializers.Serializer[Any]):
    """Somebody, masked."""

    name = CharField(allow_null=True, help_text="First character and one star.")
    mobile = CharField(
        allow_null=True, help_text="First and last three digits; of somebody who speaks for you."
    )


class OtherGuardianSerializer(serializers.Serializer[Any]):
    """Somebody else who speaks for the same ward. `POST /wards/{id}/end` disputes it."""

    id = UUIDField(help_text="UUIDv7.")
    state = _StateField()
    kind = _KindField(max_length=20)
    name = CharField(allow_null=True, help_text="Masked.")


class RelationSerializer(serializers.Serializer[Any]):
    """One of the account's people. What does not apply is null or empty, never missing."""

    id = UUIDField(help_text="UUIDv7; stays the same when a claim is verified.")
    role = _RoleField(help_text="What the account is: `guardian` or `ward`.")
    state = _StateField()
    kind = _KindField(max_length=20)
    evidence = _EvidenceField(max_length=20)
    person = PersonSerializer()
    document_number = CharField(
        allow_null=True, help_text="Masked: first two, last two. Of a claim, as it was typed."
    )
    in_force_from = DateTimeField(allow_null=True)
    in_force_until = DateTimeField(allow_null=True)
    other_guardians = OtherGuardianSerializer(many=True)
    next_steps = ListField(child=CharField(), help_text="What it means and what to do, in words.")


class RelationsSerializer(serializers.Serializer[Any]):
    """A page of the account's people."""

    results = RelationSerializer(many=True, help_text="Newest first.")
    next = CharField(allow_null=True, help_text="Cursor of the older ones; null at the end.")


class EndSerializer(serializers.Serializer[Any]):
    """What came of a word against a relation."""

    id = UUIDField(help_text="UUIDv7.")
    state = _StateField(help_text="`ENDED`; `REFUSED` for a declined claim; `DISPUTED` until it is decided.")


def read_claim(request: HttpRequest, *, at: datetime) -> Request:
    """Return what somebody claims; raises ValidationError with a sentence for each field at fault."""
    fields = ClaimSerializer(data=request.data)
    fields.is_valid(raise_exception=True)
    typed = fields.validated_data
    kind, evidence = _KINDS.get(typed["kind"]), _EVIDENCES.get(typed["evidence"])
    if kind is None or evidence is None:
        raise field_error("kind" if kind is None else "evidence", str(_NO_SUCH_CODE), code="invalid_choice")
    return Request(
        document=document_in(typed, at=at),
        name=_name(typed["name"]),
        kind=kind,
        evidence=evidence,
        reference=_reference(typed["evidence_reference"], evidence),
    )


def relation_json(relation: Relation) -> dict[str, Any]:
    """Return a relation as the API writes it."""
    since, until = relation.in_force_from, relation.in_force_until
    return {
        "id": str(relation.id),
        "role": relation.role.value,
        "state": relation.state.value,
        "kind": relation.kind.value,
        "evidence": relation.evidence.value,
        "person": {"name": relation.name, "mobile": relation.mobile},
        "document_number": relation.document_number,
        "in_force_from": None if since is None else rfc3339(since),
        "in_force_until": None if until is None else rfc3339(until),
        "other_guardians": [_other_json(other) for other in relation.others],
        "next_steps": [str(step) for step in next_steps(relation)],
    }


def field_error(field: str, text: str, *, code: str) -> ValidationError:
    """Return the error of one field, to be raised."""
    return ValidationError({field: [ErrorDetail(text, code=code)]})


_KINDS = {each.value: each for each in Kinship.Kind}
_EVIDENCES = {each.value: each for each in Kinship.Evidence}
_NO_SUCH_CODE = _("There is no such code. Please use one of those in /api/docs/.")


def _name(typed: str) -> str:
    match parse_name(typed):
        case str() as name:
            return name
        case MalformedName() as malformed:
            raise field_error("name", str(name_problem_text(malformed)), code=malformed.problem.value.lower())
        case _ as never:
            assert_never(never)


def _reference(typed: str, evidence: Kinship.Evidence) -> str:
    reference = parse_reference(typed, evidence=evidence)
    if isinstance(reference, ReferenceProblem):
        text = str(reference_problem_text(reference))
        raise field_error("evidence_reference", text, code=reference.value.lower())
    return reference


def _other_json(other: OtherGuardian) -> dict[str, Any]:
    return {
        "id": str(other.id),
        "state": other.state.value,
        "kind": other.kind.value,
        "name": other.name,
    }
