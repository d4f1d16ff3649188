"""What a client sends with the elder of tests/lookup/doors/neighbours.py beside it, or about another."""

from types import EllipsisType
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from identity.document import Document
from tests.faces import portrait
from tests.lookup.api.calls import post, post_form
from tests.lookup.doors.neighbours import ELDER, ELDER_NAME

THIRD_PARTY, RECORDS = "third-party-queries", "record-queries"
BOTH = (THIRD_PARTY, RECORDS)


def give_consent(headers: dict[str, str], document: Document = ELDER) -> str:
    """Give a consent and return its id."""
    sent = post("consents", question(document), headers)
    assert sent.status_code == 201, sent.content
    consent_id: str = sent.json()["id"]
    return consent_id


def question(document: Document = ELDER) -> dict[str, str]:
    return {"document_number": document.number, "document_type": document.type}


def picture(photo: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.png", photo, "image/png")


def ask(
    headers: dict[str, str],
    document: Document = ELDER,
    *,
    path: str = THIRD_PARTY,
    photo: bytes | EllipsisType | None = ...,
    **fields: Any,
) -> Any:
    """Ask with a fresh consent and a photo, the elder's unless another is given; None leaves a field out."""
    sent: dict[str, Any] = {
        "name": ELDER_NAME,
        "photo": None if photo is None else picture(portrait("elder") if photo is ... else photo),
        "consent": give_consent(headers, document),
        **question(document),
        **fields,
    }
    return post_form(path, {name: value for name, value in sent.items() if value is not None}, headers)
