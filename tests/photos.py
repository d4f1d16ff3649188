"""A photo that can be looked for: a drawn portrait with a canary in it, and how its bytes can be spelled."""

import base64
import json
from collections.abc import Iterable
from urllib.parse import quote_from_bytes

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.deployment import Deployment, Reply
from tests.faces import portrait

CANARY = b"Kanarienvogel-im-Lichtbild-4711"


def photo_with_canary(seed: str = "elder") -> bytes:
    """Return a portrait that a reader of PNG takes, with a canary behind its end."""
    return portrait(seed) + CANARY


def spellings(photo: bytes) -> Iterable[bytes]:
    """Yield the canary and pieces of the picture itself, raw, in hexadecimal, in Base64 and quoted."""
    for piece in (CANARY, photo[60:92], photo[-len(CANARY) - 60 : -len(CANARY) - 28]):
        yield piece
        yield piece.hex().encode()
        # Base64 of a whole holds one of three spellings of its middle.
        for shift in range(3):
            yield base64.b64encode(b"x" * shift + piece)[4:-4]
        yield quote_from_bytes(piece).encode()


def multipart(fields: dict[str, object], photo: bytes) -> tuple[bytes, str]:
    """Return body and content type of a form with a photo."""
    head, _, rest = encode_multipart(BOUNDARY, fields).rpartition(f"--{BOUNDARY}--".encode())
    part = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="{CANARY.decode()}.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    )
    body = head + part.encode() + photo + f"\r\n--{BOUNDARY}--\r\n".encode()
    assert rest.strip() == b""
    return body, MULTIPART_CONTENT


def ask_with_photo(
    deployment: Deployment, path: str, *, token: str, name: str, number: str, photo: bytes
) -> Reply:
    """Give a consent and ask by the API, as a client does."""
    bearer = {"Authorization": f"Bearer {token}"}
    consent = deployment.call(
        "POST",
        "/api/v1/consents",
        body=json.dumps({"document_number": number}),
        headers=bearer | {"Content-Type": "application/json"},
    )
    assert consent.status == 201, consent.body
    fields: dict[str, object] = {
        "name": name,
        "document_number": number,
        "consent": json.loads(consent.body)["id"],
    }
    body, content_type = multipart(fields, photo)
    return deployment.call("POST", path, body=body, headers=bearer | {"Content-Type": content_type})
