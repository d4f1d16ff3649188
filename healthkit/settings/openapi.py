"""What the OpenAPI document says of itself: title, tags, and the names of its enums."""

from typing import Any

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Health Kit Proxy",
    "DESCRIPTION": (
        "May I know the health-code status of someone who has no phone, and if it is unknown, why?\n\n"
        "JSON in snake_case; times are RFC 3339 with `+08:00`; ids are UUIDv7. Texts follow "
        "`Accept-Language` (`zh-Hans`, the default, or `en`). Unknown fields are refused. In an answer every "
        "field is there; what the proof does not allow is null or empty. Errors are RFC 9457 "
        "`application/problem+json`: branch on `code`. An unknown is an answer and no error."
    ),
    "TAGS": [
        {"name": "accounts", "description": "Signing up, and a new password, by code and proof of identity."},
        {"name": "sessions", "description": "Signing in: a bearer token for a citizen's account."},
        {"name": "citizen", "description": "Questions of an account."},
        {"name": "cases", "description": "What an answer left open: a number, due times, a timeline."},
        {"name": "device", "description": "Questions of a device at a gate."},
        {"name": "catalogue", "description": "Every code in words."},
    ],
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "StatusCode": "healthcode.verdict.StatusCode",
        "ReasonCode": "healthcode.verdict.Reason",
        "VaccinationState": "healthcode.verdict.VaccinationState",
        "EntryVerdict": "healthcode.verdict.EntryVerdict",
        "Color": "healthcode.verdict.Color",
        "NaatResult": "healthcode.facts.NaatResult",
        "OrderKind": "healthcode.facts.OrderKind",
        "AlertKind": "healthcode.facts.AlertKind",
        "AlertCause": "healthcode.facts.AlertCause",
        "VaccineProduct": "healthcode.facts.VaccineProduct",
        "Feed": "healthcode.facts.Feed",
        "Door": "lookup.admission.Door",
        "Proof": "lookup.admission.Proof",
        "FaceStepCode": "lookup.admission.FaceStep",
        "AgeBand": "lookup.answer.AgeBand",
        "Remedy": "lookup.remedies.Remedy",
        "Owner": "lookup.remedies.Owner",
        "KinshipKind": "identity.api.ward_schemas.KIND_CODES",
        "KinshipEvidence": "identity.api.ward_schemas.EVIDENCE_CODES",
        "RelationState": "identity.relations.RelationState",
        "RelationRole": "identity.relations.Role",
        "NoticeKind": "identity.api.notices.KIND_CODES",
        "CaseKind": "cases.api.schemas.KIND_CODES",
        "CaseRecord": "cases.api.schemas.RECORD_CODES",
        "CaseState": "cases.api.schemas.STATE_CODES",
        "CaseOffice": "cases.api.schemas.OFFICE_CODES",
        "CaseResolution": "cases.api.schemas.RESOLUTION_CODES",
        "CaseEvent": "cases.api.schemas.EVENT_CODES",
        "CaseAuthor": "cases.shown.Author",
    },
}
