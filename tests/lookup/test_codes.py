"""A rotating code says nothing about anybody, has one form, and every other text gets its answer."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import cbor2
import cwt
import pytest
from base45 import b45decode, b45encode
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cwt import COSE, COSEKey
from hypothesis import given
from hypothesis import strategies as st

from healthkit.settings.code_keys import demo_code_keys
from lookup import code_format, codes
from lookup.code_format import LONGEST_TEXT, PREFIX, take_apart
from lookup.codes import BadCode, CodeFault, CodeRead, NoSigningKeyError, issue, read_code
from tests.code_keys import make_entry, make_private_pem, public_pem

AT = datetime(2022, 6, 10, 2, 0, tzinfo=UTC)
CODE_ID = UUID("01814b5e-8a00-7c3a-9b1d-2f6f0c5a7e10")
CLAIMS: dict[int, Any] = {4: int(AT.timestamp()) + 60, 6: int(AT.timestamp()), 7: CODE_ID.bytes}


def make_code(code_id: UUID = CODE_ID, *, at: datetime = AT, life: timedelta = codes.LIFE) -> str:
    return issue(code_id, issued_at=at, expires_at=at + life)


def fault_of(text: str, *, at: datetime = AT) -> CodeFault:
    outcome = read_code(text, at=at)
    assert isinstance(outcome, BadCode)
    return outcome.fault


def text_of(token: bytes) -> str:
    return PREFIX + b45encode(token).decode()


def sign(claims: dict[int, Any], pem: str | None = None, *, key_id: bytes = b"demo-1") -> bytes:
    """Return claims signed with a key, the demo's unless another is given, by a general CBOR library."""
    protected, payload = cbor2.dumps({1: -7, 4: key_id}), cbor2.dumps(claims)
    key = load_pem_private_key((pem or demo_code_keys()["demo-1"]["pem"]).encode(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(SHA256())))
    return cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, r.to_bytes(32) + s.to_bytes(32)]))


def test_code_is_read_as_it_was_issued() -> None:
    read = read_code(make_code(), at=AT)
    assert read == CodeRead(code_id=CODE_ID, issued_at=AT, expires_at=AT + codes.LIFE)


def test_code_is_read_by_another_implementation() -> None:
    token = b45decode(make_code()[len(PREFIX) :])
    public = codes.code_keys()["demo-1"].public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    payload = COSE.new().decode(token, COSEKey.from_pem(public, kid="demo-1"))
    assert cbor2.loads(payload) == CLAIMS


def test_code_of_another_implementation_is_read() -> None:
    assert isinstance(read_code(text_of(sign(CLAIMS)), at=AT), CodeRead)


def test_code_says_nothing_but_key_times_and_id() -> None:
    token = b45decode(make_code()[len(PREFIX) :])
    tag = cbor2.loads(token)
    protected, unprotected, payload, signature = tag.value
    assert tag.tag == 18
    assert cbor2.loads(protected) == {1: -7, 4: b"demo-1"}
    assert unprotected == {}
    assert cbor2.loads(payload) == CLAIMS
    assert len(signature) == 64


def test_code_has_an_own_prefix_and_only_characters_of_a_small_qr() -> None:
    text = make_code()
    assert text.startswith("HKP1:")
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert len(text) <= 197


@pytest.mark.parametrize("around", ["{}\n", "{}\r\n", "\t{} "], ids=["newline", "dos", "blanks"])
def test_code_is_read_with_what_a_scanner_adds(around: str) -> None:
    assert isinstance(read_code(around.format(make_code()), at=AT), CodeRead)


def test_code_ends_at_its_end_and_not_before() -> None:
    text = make_code()
    assert isinstance(read_code(text, at=AT + timedelta(seconds=59, microseconds=999_999)), CodeRead)
    assert read_code(text, at=AT + codes.LIFE) == BadCode(fault=CodeFault.EXPIRED, code_id=CODE_ID)


def test_code_of_a_clock_that_is_ahead_is_borne_with_for_five_seconds() -> None:
    text = make_code()
    assert isinstance(read_code(text, at=AT - timedelta(seconds=5)), CodeRead)
    early = read_code(text, at=AT - timedelta(seconds=5, microseconds=1))
    assert early == BadCode(fault=CodeFault.NOT_YET, code_id=CODE_ID)


@pytest.mark.parametrize("seconds", [-1, 0, 0.5, 61, 3600])
def test_issue_refuses_a_life_that_is_none_or_too_long(seconds: float) -> None:
    with pytest.raises(ValueError, match="a minute at most"):
        make_code(life=timedelta(seconds=seconds))
    assert make_code(life=timedelta(seconds=1)).startswith(PREFIX)
    assert make_code(life=timedelta(seconds=60)).startswith(PREFIX)


def test_code_that_claims_a_longer_life_is_none_of_ours() -> None:
    long = sign({**CLAIMS, 4: CLAIMS[6] + 61})
    assert fault_of(text_of(long)) is CodeFault.MALFORMED
    assert isinstance(read_code(text_of(sign(CLAIMS)), at=AT), CodeRead)


def test_code_of_a_strange_key_under_our_id_is_forged() -> None:
    assert fault_of(text_of(sign(CLAIMS, make_private_pem()))) is CodeFault.FORGED
    assert isinstance(read_code(text_of(sign(CLAIMS)), at=AT), CodeRead)


def test_code_of_a_key_that_is_not_listed_is_told_apart() -> None:
    assert fault_of(text_of(sign(CLAIMS, make_private_pem(), key_id=b"nobody"))) is CodeFault.UNKNOWN_KEY
    assert isinstance(read_code(text_of(sign(CLAIMS)), at=AT), CodeRead)


def signed_otherwise() -> dict[str, bytes]:
    """Return tokens that lie about how they are signed, or are not written in the one form."""
    public = codes.code_keys()["demo-1"].public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    hmac_with_public = COSEKey.from_symmetric_key(public, alg="HS256", kid="demo-1")
    other_curve = COSEKey.from_pem(make_private_pem(ec.SECP384R1()), kid="demo-1")
    good = b45decode(make_code()[len(PREFIX) :])
    protected, _, payload, signature = cbor2.loads(good).value
    doubled = b"\xa3\x01\x26\x01\x26\x04\x46demo-1"

    def four(protected: object = protected, unprotected: object = None, payload: object = payload) -> bytes:
        parts = [protected, unprotected or {}, payload, signature]
        return cbor2.dumps(cbor2.CBORTag(18, parts))

    return {
        "HMAC with the public key": cwt.encode(dict(CLAIMS), hmac_with_public),
        "another curve": cwt.encode(dict(CLAIMS), other_curve),
        "algorithm none": four(cbor2.dumps({1: 0, 4: b"demo-1"})),
        "algorithm PS256": four(cbor2.dumps({1: -37, 4: b"demo-1"})),
        "no algorithm": four(cbor2.dumps({4: b"demo-1"})),
        "algorithm unprotected": four(cbor2.dumps({4: b"demo-1"}), {1: -7}),
        "key id unprotected": four(cbor2.dumps({1: -7}), {4: b"demo-1"}),
        "a header twice": four(doubled),
        "headers the other way round": four(cbor2.dumps({4: b"demo-1", 1: -7})),
        "no protected header": four(b""),
        "unprotected extra": four(protected, {99: "x"}),
        "another claim": four(payload=cbor2.dumps({**CLAIMS, 2: "somebody"})),
        "claims missing": four(payload=cbor2.dumps({7: CODE_ID.bytes})),
        "times as text": four(payload=cbor2.dumps({**CLAIMS, 4: "soon"})),
        "COSE_Mac0": cbor2.dumps(cbor2.CBORTag(17, [protected, {}, payload, signature])),
        "COSE_Sign": cbor2.dumps(cbor2.CBORTag(98, [protected, {}, payload, [signature]])),
        "no tag": cbor2.dumps([protected, {}, payload, signature]),
        "a tag around": b"\xd8\x3d" + good,
        "something behind": good + b"\x00",
        "cut": good[:-1],
        "half": good[: len(good) // 2],
        "nested": b"\x81" * len(good),
        "indefinite": b"\x9f" * len(good),
        "claims to be huge": b"\xd2\x84\x5b" + b"\xff" * 8 + good[11:],
        "nothing": b"",
    }


def test_code_in_another_form_is_malformed(subtests: pytest.Subtests) -> None:
    for how, token in signed_otherwise().items():
        with subtests.test(how):
            assert fault_of(text_of(token)) is CodeFault.MALFORMED
    assert isinstance(read_code(make_code(), at=AT), CodeRead)


TEXTS = {
    "empty": "",
    "prefix alone": PREFIX,
    "prefix of another issuer": "HC1:" + "0" * 171,
    "lower case": "hkp1:abc",
    "not base45": PREFIX + "é" * 50,
    "full-width": PREFIX.replace(":", "\uff1a") + "0" * 170,
    "NUL": PREFIX + "\0" * 170,
    "lone surrogate": PREFIX + "\ud800" * 170,
    "digits": PREFIX + "0" * 171,
    "largest of base45": PREFIX + ":" * 171,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_text_that_is_no_code_is_malformed(text: str) -> None:
    assert fault_of(text) is CodeFault.MALFORMED


def test_long_text_is_refused_before_anything_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[int] = []

    def counted(text: str) -> bytes:
        decoded.append(len(text))
        return b45decode(text)

    monkeypatch.setattr(code_format, "b45decode", counted)
    megabyte = PREFIX + "0" * 1024 * 1024

    assert fault_of(megabyte) is CodeFault.MALFORMED
    assert fault_of(" " * (LONGEST_TEXT + 1)) is CodeFault.MALFORMED
    assert decoded == []
    assert isinstance(read_code(make_code(), at=AT), CodeRead)
    assert len(decoded) == 1


@given(where=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_code_with_one_bit_turned_is_never_good(where: int, bit: int) -> None:
    token = bytearray(b45decode(make_code()[len(PREFIX) :]))
    token[where % len(token)] ^= 1 << bit
    assert isinstance(read_code(text_of(bytes(token)), at=AT), BadCode)


@given(text=st.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(read_code(text, at=AT), BadCode)
    assert isinstance(read_code(PREFIX + text, at=AT), BadCode)


@given(token=st.binary(max_size=160))
def test_any_bytes_get_an_answer(token: bytes) -> None:
    assert isinstance(read_code(text_of(token), at=AT), BadCode)


@given(data=st.data())
def test_code_with_a_character_changed_taken_or_added_is_never_another_code(data: st.DataObject) -> None:
    text = make_code()
    at = data.draw(st.integers(0, len(text)))
    instead = data.draw(st.text(alphabet="0123456789ABCXYZ $%*+-./:", max_size=3))
    changed = text[:at] + instead + text[at + data.draw(st.integers(0, 3)) :]
    outcome = read_code(changed, at=AT)
    assert isinstance(outcome, BadCode) or outcome.code_id == CODE_ID


@pytest.mark.parametrize("key_id", ["k", "2026-11", "sixteen-letters."])
def test_key_id_may_have_one_to_sixteen_characters(settings: Any, key_id: str) -> None:
    settings.CODE_KEYS = {key_id: make_entry(make_private_pem())}
    settings.CODE_SIGNING_KEY = key_id
    text = make_code()
    assert take_apart(text).content.key_id == key_id
    assert isinstance(read_code(text, at=AT), CodeRead)
    assert len(text) <= LONGEST_TEXT


def test_keys_overlap_while_they_rotate_and_end_when_removed(settings: Any) -> None:
    old, new = make_private_pem(), make_private_pem()
    settings.CODE_KEYS, settings.CODE_SIGNING_KEY = {"old": make_entry(old)}, "old"
    of_old = make_code()

    settings.CODE_KEYS = {"old": make_entry(public_pem(old)), "new": make_entry(new)}
    settings.CODE_SIGNING_KEY = "new"
    of_new = make_code(uuid4())
    assert isinstance(read_code(of_old, at=AT), CodeRead)
    assert isinstance(read_code(of_new, at=AT), CodeRead)

    settings.CODE_KEYS = {"new": make_entry(new)}
    assert fault_of(of_old) is CodeFault.UNKNOWN_KEY
    assert isinstance(read_code(of_new, at=AT), CodeRead)


def test_key_is_good_for_codes_issued_within_its_time(settings: Any) -> None:
    pem = make_private_pem()
    settings.CODE_KEYS, settings.CODE_SIGNING_KEY = {"a": make_entry(pem)}, "a"
    first, before = make_code(), make_code(at=AT - timedelta(seconds=1))
    end = AT + timedelta(hours=1)
    last, after = make_code(at=end - timedelta(seconds=1)), make_code(at=end)

    settings.CODE_KEYS = {"a": make_entry(public_pem(pem), not_before=AT, not_after=end)}

    assert isinstance(read_code(first, at=AT), CodeRead)
    assert isinstance(read_code(last, at=end), CodeRead)
    assert fault_of(before, at=AT) is CodeFault.UNKNOWN_KEY
    assert fault_of(after, at=end) is CodeFault.UNKNOWN_KEY


@pytest.mark.parametrize("what", ["no such id", "public only", "not in force"])
def test_issue_needs_a_private_key_in_force(settings: Any, what: str) -> None:
    pem = make_private_pem()
    entries = {
        "no such id": {"b": make_entry(pem)},
        "public only": {"a": make_entry(public_pem(pem))},
        "not in force": {"a": make_entry(pem, not_after=AT)},
    }
    settings.CODE_KEYS, settings.CODE_SIGNING_KEY = entries[what], "a"
    with pytest.raises(NoSigningKeyError):
        make_code()
    settings.CODE_KEYS = {"a": make_entry(pem, not_before=AT)}
    assert isinstance(read_code(make_code(), at=AT), CodeRead)
