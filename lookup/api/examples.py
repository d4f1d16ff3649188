"""Examples in the OpenAPI document. All numbers are on address code 119999, which is nobody's.

In English, so that the document reads in one language; the service answers in zh-Hans by default.
tests/lookup/api/test_schema.py holds each against its description.
"""

from typing import Any

from drf_spectacular.utils import OpenApiExample

_ID = "01814b5e-8a00-7c3a-9b1d-2f6f0c5a7e10"
_TEST = {
    "collected_at": "2022-06-09T16:00:00+08:00",
    "issued_at": "2022-06-10T06:30:00+08:00",
    "result": "NOT_DETECTED",
    "label": "Negative",
    "pooled": True,
    "laboratory": "Chaoyang Laboratory 2",
}
_DOSE: dict[str, Any] = {
    "dose_number": 2,
    "product": "CORONAVAC",
    "label": "CoronaVac (inactivated, Sinovac)",
    "administered_on": "2021-12-20",
    "site": "Wangjing vaccination site",
}
_RECORDS: dict[str, Any] = {
    "naat": {"days": 0, "result": "NOT_DETECTED", "pending": False, "history": [_TEST]},
    "vaccination": {
        "state": "PRIMARY_COMPLETE",
        "label": "Primary course completed",
        "doses": [_DOSE, {**_DOSE, "dose_number": 1, "administered_on": "2021-11-20"}],
    },
}
_DATA = {
    "as_of": "2022-06-10T09:55:00+08:00",
    "sources": [
        {"feed": feed, "label": label, "as_of": "2022-06-10T09:55:00+08:00", "stale": False}
        for feed, label in (
            ("REGISTRY", "Registry"),
            ("TESTS", "Tests"),
            ("DOSES", "Vaccinations"),
            ("ORDERS", "Orders and alerts"),
        )
    ],
}
_GREEN = {"code": "GREEN", "label": "No abnormality found", "color": "GREEN"}
_UNKNOWN = {"code": "UNKNOWN", "label": "Status unknown", "color": None}
_CODE = {
    "text": "HKP1:RRQCP9O60EO06VCP$D4W58CK::3FN0 NDT/RWY0 NDE.RR-0D90PH1V ABBE4UILIDCXIC5A27B1PK%0AV2S$B3U…",
    "issued_at": "2022-06-10T10:00:00+08:00",
    "expires_at": "2022-06-10T10:01:00+08:00",
    "next_after_s": 45,
}
_TO_KIN: dict[str, Any] = {
    "id": _ID,
    "asked_at": "2022-06-10T10:00:00+08:00",
    "door": "ASSISTED",
    "proof": "KINSHIP",
    "status": _GREEN,
    "alerts": [],
    "orders": [],
    "reasons": [],
    "possible_causes": [],
    "next_steps": [],
    **_RECORDS,
    "subject": {"name": "李*"},
    "face_step": None,
    "code": _CODE,
    "valid_until": "2022-06-11T00:00:00+08:00",
    "closes_after_s": 60,
    "data": _DATA,
    "policy": "2022-06-09",
}
_NO_FACE = {
    "code": "NO_FACE_REFERENCE",
    "text": "This query compares with a face on file, and there is no face on file for this person.",
    "remedy": "USE_THIRD_PARTY_QUERY",
    "remedy_text": "Today: use the third-party query. For good: apply for an identity card.",
    "owner": "REGISTRY",
    "owner_label": "The household registration counter of the police",
    "return_when": "The day after the card has arrived. This query then answers again.",
}
_BARE_UNKNOWN: dict[str, Any] = {
    **_TO_KIN,
    "proof": "NONE",
    "status": _UNKNOWN,
    "possible_causes": ["The number is mistyped, or in no record."],
    "next_steps": ["Compare the number with the document and ask again."],
    "naat": None,
    "vaccination": None,
    "subject": {"name": None},
    "code": None,
    "valid_until": None,
    "closes_after_s": 10,
    "data": None,
}
_TO_MIDNIGHT = {"valid_until": "2022-06-11T00:00:00+08:00", "closes_after_s": 50400}
_MATCHED: dict[str, Any] = {
    **_TO_KIN,
    **_TO_MIDNIGHT,
    "door": "THIRD_PARTY",
    "proof": "FACE_MATCHED",
    "status": {"code": "YELLOW", "label": "Home observation", "color": "YELLOW"},
    "next_steps": ["The person can see why in their own code."],
    "naat": {"days": 0, "result": "NOT_DETECTED", "pending": False, "history": []},
    "vaccination": {"state": "PRIMARY_COMPLETE", "label": "Primary course completed", "doses": []},
    "subject": {"name": "赵*"},
    "data": None,
}
_DECLINED = {"code": "DECLINED", "text": "No photo was sent, so no face was compared."}
_PASS: dict[str, Any] = {
    "check_id": _ID,
    "verdict": "pass",
    "status": {"code": "GREEN", "label": "No abnormality found"},
    "alerts": [],
    "subject": {"name": "李*", "age_band": "child", "pseudonym": "8f1d0c5a7e10b2c4"},
    "naat": {"days": 0, "result": "NOT_DETECTED", "pending": False},
    "vaccination": "PRIMARY_COMPLETE",
    "data": {"as_of": "2022-06-10T09:55:00+08:00", "fresh": True},
    "valid_until": "2022-06-11T00:00:00+08:00",
    "policy": "2022-06-09",
    "code": None,
}

QUESTION = OpenApiExample(
    "question", value={"document_number": "11999920190615001X", "document_type": "10"}, request_only=True
)


QUESTION_OF_KIN = OpenApiExample(
    "question_of_kin",
    summary="A verified guardian sends no photo",
    value={"name": "李小明", "document_number": "11999920190615001X", "document_type": "10"},
    media_type="application/json",
    request_only=True,
)
QUESTION_WITH_A_PHOTO = OpenApiExample(
    "question_with_a_photo",
    summary="Anybody else sends a photo, with a consent",
    value={
        "name": "赵德山",
        "document_number": "119999194506010074",
        "document_type": "10",
        "photo": "(the file)",
        "consent": _ID,
    },
    media_type="multipart/form-data",
    request_only=True,
)
CONSENT = OpenApiExample(
    "consent",
    value={
        "id": _ID,
        "expires_at": "2022-06-10T10:10:00+08:00",
        "notice": "The person in the photo agrees to having it compared once with the face on file.",
    },
    response_only=True,
    status_codes=["201"],
)


def _answer(name: str, summary: str, value: dict[str, Any], *, status: int) -> OpenApiExample:
    return OpenApiExample(name, summary=summary, value=value, response_only=True, status_codes=[str(status)])


OWN_CODE = _answer("own", "Own code", {**_TO_KIN, "door": "OWN", "proof": "OWN"}, status=200)
GREEN_FOR_A_GUARDIAN = _answer("green", "Green, to a verified guardian", _TO_KIN, status=201)
GREEN_FOR_A_GUARDIAN_AGAIN = _answer("green", "Green, to a verified guardian", _TO_KIN, status=200)
UNKNOWN_FOR_A_GUARDIAN = _answer(
    "unknown_with_reasons",
    "Unknown, to a verified guardian: why, and what to do",
    {**_TO_KIN, "status": _UNKNOWN, "reasons": [_NO_FACE], "code": None},
    status=201,
)
UNKNOWN_FOR_A_STRANGER = _answer(
    "bare_unknown", "The bare unknown, whatever the cause", _BARE_UNKNOWN, status=201
)
YELLOW_FOR_A_NEIGHBOUR = _answer(
    "yellow", "Yellow, to a neighbour: the face has matched", _MATCHED, status=201
)
UNKNOWN_FOR_A_NEIGHBOUR = _answer(
    "bare_unknown",
    "The bare unknown, whatever the cause",
    {**_BARE_UNKNOWN, "door": "THIRD_PARTY"},
    status=201,
)
GREEN_FOR_A_GUARDIAN_AT_ONCE = _answer(
    "green",
    "Green, to a verified guardian who sent no photo",
    {**_TO_KIN, **_TO_MIDNIGHT, "door": "THIRD_PARTY", "face_step": _DECLINED},
    status=201,
)
RECORDS_FOR_A_GUARDIAN = _answer(
    "records",
    "Tests and doses, to a verified guardian",
    {**_TO_KIN, **_TO_MIDNIGHT, "door": "RECORDS", "face_step": _DECLINED, "code": None},
    status=201,
)
CHECK_PASSES = _answer("pass", "May enter", _PASS, status=201)
CHECK_BY_HAND = _answer(
    "manual",
    "In no record: please check by hand",
    {
        **_PASS,
        "verdict": "manual",
        "status": {"code": "UNKNOWN", "label": "Status unknown"},
        "subject": {"name": None, "age_band": None, "pseudonym": None},
        "naat": None,
        "vaccination": None,
    },
    status=201,
)
CHECK_BY_CODE = OpenApiExample(
    "by_code",
    summary="By the rotating code on a screen",
    value={"code": "HKP1:…", "staff_ref": "shift 7"},
    request_only=True,
)
BATCH = OpenApiExample(
    "batch",
    summary="Two people in one call",
    value={"items": [{"document_number": "11999920190615001X"}, {"code": "HKP1:…"}], "staff_ref": "shift 7"},
    request_only=True,
)
BATCH_ANSWER = _answer(
    "batch",
    "The first may enter; the code of the second has expired",
    {
        "results": [
            _PASS,
            {
                "error": {
                    "type": "urn:healthkit:problem:code_expired",
                    "title": "Bad Request",
                    "status": 400,
                    "code": "code_expired",
                    "detail": "This code has expired. Please ask to reload the page, and scan the new code.",
                    "errors": [],
                }
            },
        ]
    },
    status=200,
)
