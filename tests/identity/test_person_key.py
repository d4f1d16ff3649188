"""person_key: one key for one document, for ever."""

import hashlib
import hmac
from uuid import UUID

import pytest

from identity.document import Document, DocumentType, parse_document
from identity.person_key import PersonKeys, person_key

SECRET = b"a secret of at least 32 bytes, for tests"
CHILD = Document(type=DocumentType.RESIDENT_ID, number="11999920190615001X")
ELDER = Document(type=DocumentType.RESIDENT_ID, number="119999194006010027")


def test_person_key_is_the_same_for_ever_when_document_and_secret_are_the_same() -> None:
    # Written out: another result would be another key for everybody in the database.
    assert person_key(CHILD, secret=SECRET) == UUID("f6aa1ea0-136e-05ac-40eb-cc0d2f4a4502")


def test_person_key_is_the_first_half_of_an_hmac_over_type_and_number() -> None:
    mac = hmac.new(SECRET, b"10:11999920190615001X", hashlib.sha256).digest()

    assert person_key(CHILD, secret=SECRET).bytes == mac[:16]


def test_person_key_is_the_same_when_the_number_was_typed_in_another_way() -> None:
    typed = parse_document("１１９９９９ 20190615 001x")

    assert isinstance(typed, Document)
    assert person_key(typed, secret=SECRET) == person_key(CHILD, secret=SECRET)


def test_person_key_differs_when_the_number_differs() -> None:
    assert person_key(CHILD, secret=SECRET) != person_key(ELDER, secret=SECRET)


def test_person_key_differs_when_the_secret_differs() -> None:
    assert person_key(CHILD, secret=SECRET) != person_key(CHILD, secret=SECRET + b"!")


def test_person_key_differs_when_two_types_share_a_number() -> None:
    passport = Document(type=DocumentType.PASSPORT, number="00000001")
    permit = Document(type=DocumentType.TAIWAN_PERMIT, number="00000001")

    assert person_key(passport, secret=SECRET) != person_key(permit, secret=SECRET)


@pytest.mark.parametrize("length", [0, 31])
def test_person_key_refuses_a_secret_when_it_is_short(length: int) -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        person_key(CHILD, secret=b"s" * length)


def test_person_key_takes_a_secret_of_32_bytes() -> None:
    assert isinstance(person_key(CHILD, secret=b"s" * 32), UUID)


@pytest.mark.parametrize("secret", [SECRET, b"s" * 64, bytes(range(65))])
def test_person_keys_are_those_of_person_key(secret: bytes) -> None:
    keys = PersonKeys(secret=secret)

    for document in (CHILD, ELDER, CHILD):
        assert keys.text_of(document.type, document.number) == str(person_key(document, secret=secret))
    with pytest.raises(ValueError, match="32 bytes"):
        PersonKeys(secret=b"short")
