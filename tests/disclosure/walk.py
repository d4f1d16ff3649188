"""Every address, called by everybody who might learn something there, and what it may tell whom.

``ASKED`` lists the addresses that can tell of a person, with door and proof for each role; ``ABOUT_NOBODY``
the rest, each with its reason. A test holds both against the URL map, so a new address has to be put here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases import casework
from cases.models import Case
from lookup.admission import Door, Proof
from tests.disclosure.canary_child import AT, CHILD, FACE, NAME, Town
from tests.faces import portrait

Called = Callable[[Client, Town], str]


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One address as one role calls it; of which door and proof it may tell. None: of nobody."""

    route: str
    role: str
    told: tuple[Door, Proof] | None
    call: Called


def visits() -> Iterator[Visit]:
    """Yield every visit of the walk."""
    for route, (call, told) in ASKED.items():
        for role, pair in told.items():
            yield Visit(route=route, role=role, told=pair, call=call)


def _page(path: str, **fields: Any) -> Called:
    def call(client: Client, town: Town) -> str:
        sent = {"document_number": CHILD.number, "document_type": "10"} | fields | _photo(fields)
        return _text(client.post(path, sent, follow=True))

    return call


def _api(path: str, **fields: Any) -> Called:
    def call(client: Client, town: Town) -> str:
        return _text(client.post(path, {"document_number": CHILD.number} | fields, "application/json"))

    return call


def _batch(client: Client, town: Town) -> str:
    items = [{"document_number": CHILD.number}, {"document_number": f"{CHILD.number}0"}]
    return _text(client.post("/api/v1/checks/batch", {"items": items}, "application/json"))


def _get(path: str) -> Called:
    return lambda client, town: _text(client.get(path, follow=True))


def _with_face(path: str) -> Called:
    def call(client: Client, town: Town) -> str:
        consent = client.post("/api/v1/consents", {"document_number": CHILD.number}, "application/json")
        fields = {"name": NAME, "document_number": CHILD.number, "consent": consent.json().get("id", "")}
        return _text(client.post(path, fields | {"photo": _portrait()}))

    return call


def _again(path: str, *, first: str, method: str = "get") -> Called:
    """Ask by the API, then call an address about that answer."""

    def call(client: Client, town: Town) -> str:
        asked = client.post(first, {"document_number": CHILD.number}, "application/json").json()
        return _text(getattr(client, method)(path.format(id=asked["id"]), follow=True))

    return call


def _case(path: str) -> Called:
    """File a case from an answer, with the number in its text; let staff answer it; then call an address."""

    def call(client: Client, town: Town) -> str:
        asked = client.post("/api/v1/assisted-queries", {"document_number": CHILD.number}, "application/json")
        sent = {"query": asked.json()["id"], "kind": "OTHER", "text": f"{CHILD.number} 没有码"}
        filed = client.post("/api/v1/cases", sent, "application/json")
        case = Case.objects.get(number=filed.json()["number"])
        words = "见答复" if casework.is_told_why(case, at=AT) else ""
        office = Case.Owner.COMMUNITY
        casework.hand_over(case.id, town.administrator, owner=office, assigned_to=None, at=AT)
        casework.answer(case.id, town.administrator, words, at=AT)
        casework.resolve(case.id, town.administrator, Case.Resolution.PUT_RIGHT, words, at=AT)
        pages = [path.format(number=case.number, id=asked.json()["id"]), "/notices", "/api/v1/notices"]
        return "\n".join([_text(filed), *(_text(client.get(page, follow=True)) for page in pages)])

    return call


def _after_a_look(path: str, *, of_wards: bool = False) -> Called:
    """Let a neighbour look the child up, then read what is told of it, for the wards as well if asked."""

    def call(client: Client, town: Town) -> str:
        _with_face("/api/v1/third-party-queries")(town.client("neighbour"), town)
        wards = client.get("/api/v1/wards").json().get("results", []) if of_wards else []
        pages = [path, *(f"{path}?about={ward['id']}" for ward in wards)]
        return "\n".join(_text(client.get(page, follow=True)) for page in pages)

    return call


def _photo(fields: dict[str, Any]) -> dict[str, Any]:
    return {"photo": _portrait(), "consent": "on"} if fields.get("photo") else {}


def _portrait() -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.png", portrait(FACE), "image/png")


def _text(response: Any) -> str:
    return str(response.content.decode())


_OWN, _KIN = (Door.OWN, Proof.OWN), Proof.KINSHIP
_ASSISTED = {
    "guardian": (Door.ASSISTED, Proof.KINSHIP),
    "subject": (Door.ASSISTED, Proof.OWN),
    "stranger": (Door.ASSISTED, Proof.NONE),
    "anyone": None,
    "device": None,
}

_ASSISTED_AGAIN = {role: _ASSISTED[role] for role in ("guardian", "subject", "stranger")}
_CASES = {"guardian": (Door.ASSISTED, Proof.KINSHIP), "subject": (Door.ASSISTED, Proof.OWN), "stranger": None}


def _by_face(door: Door) -> dict[str, tuple[Door, Proof] | None]:
    return {
        "guardian": (door, Proof.KINSHIP),
        "subject": (door, Proof.OWN),
        "neighbour": (door, Proof.FACE_MATCHED),
        "anyone": None,
        "device": None,
    }


_MINE = {"subject": (Door.OWN, Proof.OWN), "guardian": (Door.ASSISTED, Proof.KINSHIP), "stranger": None}
_THIRD_AS_KIN = {"guardian": (Door.THIRD_PARTY, Proof.KINSHIP), "stranger": None}

ASKED: dict[str, tuple[Called, dict[str, tuple[Door, Proof] | None]]] = {
    "own-code": (_page("/own-code"), {"subject": _OWN, "administrator": None, "anyone": None}),
    "assisted": (_page("/assisted"), _ASSISTED),
    "third-party": (_page("/third-party", name=NAME, photo=True), _by_face(Door.THIRD_PARTY)),
    "records-of": (_page("/records-of", name=NAME, photo=True), _by_face(Door.RECORDS)),
    "answers/<uuid:lookup_id>": (
        _again("/answers/{id}", first="/api/v1/assisted-queries"),
        _ASSISTED_AGAIN,
    ),
    "answers/<uuid:lookup_id>/code": (
        _again("/answers/{id}/code", first="/api/v1/assisted-queries", method="post"),
        _ASSISTED_AGAIN,
    ),
    "answers/<uuid:lookup_id>/third-party": (
        _again("/answers/{id}/third-party", first="/api/v1/assisted-queries", method="post"),
        _THIRD_AS_KIN,
    ),
    "api/v1/own-code": (_get("/api/v1/own-code"), {"subject": _OWN, "administrator": None, "anyone": None}),
    "api/v1/assisted-queries": (_api("/api/v1/assisted-queries"), _ASSISTED),
    "api/v1/third-party-queries": (_with_face("/api/v1/third-party-queries"), _by_face(Door.THIRD_PARTY)),
    "api/v1/record-queries": (_with_face("/api/v1/record-queries"), _by_face(Door.RECORDS)),
    "api/v1/queries/<str:query_id>": (
        _again("/api/v1/queries/{id}", first="/api/v1/assisted-queries"),
        _ASSISTED_AGAIN,
    ),
    "api/v1/queries/<str:query_id>/third-party": (
        _again("/api/v1/queries/{id}/third-party", first="/api/v1/assisted-queries", method="post"),
        _THIRD_AS_KIN,
    ),
    "api/v1/checks": (_api("/api/v1/checks"), {"device": (Door.CHECKPOINT, Proof.NONE), "stranger": None}),
    "api/v1/checks/batch": (_batch, {"device": (Door.CHECKPOINT, Proof.NONE), "stranger": None}),
    "api/v1/consents": (_api("/api/v1/consents"), {"stranger": None, "guardian": None}),
    "": (_get("/"), _MINE),
    "account": (_get("/account"), {"subject": (Door.OWN, Proof.OWN), "stranger": None}),
    "wards": (_get("/wards"), _MINE),
    "api/v1/wards": (_get("/api/v1/wards"), _MINE),
    "notices": (_after_a_look("/notices"), _MINE),
    "api/v1/notices": (_after_a_look("/api/v1/notices"), _MINE),
    "who-looked": (_after_a_look("/who-looked", of_wards=True), _MINE),
    "api/v1/access-log": (_after_a_look("/api/v1/access-log", of_wards=True), _MINE),
    "lock": (_get("/lock"), _MINE),
    "lock/<str:about>": (_get("/lock/me"), _MINE),
    "api/v1/access-lock": (_get("/api/v1/access-lock"), _MINE),
    "cases": (_case("/cases"), _CASES),
    "cases/<str:number>": (_case("/cases/{number}"), _CASES),
    "api/v1/cases": (_case("/api/v1/cases"), _CASES),
    "api/v1/cases/<str:number>": (_case("/api/v1/cases/{number}"), _CASES),
}

_FORM = "a form that tells nothing back; what it leads to stands above"
_ACCOUNT = "about the account alone, with its mobile number masked"
ABOUT_NOBODY: dict[str, str] = {
    "checkpoint": "a page without anybody; its script asks as a device does",
    "demo/": "the people of the demo, who are invented",
    "demo/sign-in/<slug:role>": "the accounts of the demo, whose passwords everybody knows",
    "sign-in": _ACCOUNT,
    "sign-out": _ACCOUNT,
    "sign-up": _FORM,
    "sign-up/confirm": _FORM,
    "password-reset": _FORM,
    "password-reset/confirm": _FORM,
    "api/v1/sessions": _ACCOUNT,
    "api/v1/sessions/current": _ACCOUNT,
    "api/v1/accounts": _FORM,
    "api/v1/accounts/confirm": _FORM,
    "api/v1/password-resets": _FORM,
    "api/v1/password-resets/confirm": _FORM,
    "wards/claim": _FORM,
    "wards/<uuid:relation_id>/confirm": _FORM,
    "wards/<uuid:relation_id>/end": _FORM,
    "api/v1/wards/<str:ward_id>/confirm": _FORM,
    "api/v1/wards/<str:ward_id>/end": _FORM,
    "answers/<uuid:lookup_id>/case": "leads to the case, which stands above",
    "cases/about/<uuid:lookup_id>": _FORM,
    "cases/watch/<uuid:lookup_id>": "leads back to the answer, which stands above",
    "cases/<str:number>/messages": "leads to the case, which stands above",
    "cases/<str:number>/reopen": "leads to the case, which stands above",
    "api/v1/cases/<str:number>/messages": "answers with the case, which stands above",
    "api/v1/cases/<str:number>/reopen": "answers with the case, which stands above",
    "healthz": "the process",
    "readyz": "the process",
    "metrics": "counters without ids",
    "edition": "the size of the letters",
    "language": "the language of the pages",
    "api/schema/": "the description of the API",
    "api/docs/": "the description of the API",
    "api/v1/code-keys": "public keys, whoever asks",
    "api/v1/status-codes": "every code in words, whoever asks",
}
COMMANDS: dict[str, tuple[str, ...] | None] = {
    "sync": (),
    "make_partitions": (),
    "keep_retention": (),
    "reprocess": ("--all", "--dry-run"),
    "reseal": (),
    "mark_names": (),
    "device": ("list",),
    # Told with files or questions of their own in tests/records, tests/identity and tests/demo.
    "import_file": None,
    "create_staff": None,
    "renew_second_step": None,
    "load_demo": None,
    "allow_source": None,
    "dry_run": None,
    "check_sources": None,
    "serve_feed": None,
    "replay": None,
}
"""Every command of ours with its arguments; None where its own tests look for canaries."""
