"""The check at a gate in FastAPI and asyncpg: same key check, limit, look-up, rule book and durable audit.

Written to win: prepared statements, no reset between requests, orjson both ways, uvloop. A key that was
checked, the policy and the feeds' ages are remembered for as long as ours; permits are counted in the
process. The rule book, the disclosure table and the reader of document numbers are ours, imported: what
differs is the stack.
"""

import hashlib
import hmac
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import orjson
from fastapi import FastAPI, Request, Response
from uuid_utils.compat import uuid7

from civil_time import SHANGHAI, civil_date
from healthcode.compact import decode_alerts, decode_doses, decode_naats, decode_orders, encode_facts
from healthcode.evaluation import RULES_VERSION, evaluate
from healthcode.facts import Facts, FeedAges
from healthcode.policy import CounterVersion, Policy, StaleAfter
from identity.document import Document, parse_document
from identity.masking import mask_name
from identity.person_key import person_key
from identity.sealed import SealingRing
from lookup.admission import AdmissionPolicy, Door, Proof, Standing, admit, encode_standing
from lookup.disclosure import Decision, disclose_to_device

DSN = os.environ["DATABASE_URL"]
POOL = int(os.environ.get("PEER_POOL", "8"))
KEY_SECRET = bytes.fromhex(os.environ["PEER_PERSON_KEY_SECRET"])
RING = SealingRing({1: bytes.fromhex(os.environ["PEER_SEALING_KEY"])}, primary=1)
KEY_REMEMBERED_S, RULES_REMEMBERED_S = 2.0, 1.0
LABELS = {
    "GREEN": "未见异常",
    "YELLOW": "居家观察",
    "RED": "集中观察",
    "UNCONFIRMED": "暂不能确认",
    "UNKNOWN": "暂不掌握",
}

READ = """
SELECT p.name_sealed, p.born_on, p.registered_at, p.died_on, p.face_reference <> '' AS has_face,
       s.naats, s.doses, s.orders, s.alerts, COALESCE(s.record_in_review, false) AS in_review
  FROM (SELECT $1::uuid AS key) asked
  LEFT JOIN identity_person p ON p.person_key = asked.key AND NOT p.withdrawn
  LEFT JOIN records_summary s ON s.person_key = asked.key
"""
POLICY = """
SELECT policy.*, ages.*
  FROM (SELECT * FROM lookup_policyrevision WHERE in_force_from <= $1
         ORDER BY in_force_from DESC LIMIT 1) policy,
       (SELECT min(as_of) FILTER (WHERE kind IN ('registry', 'kinship')) AS registry,
               min(as_of) FILTER (WHERE kind IN ('tests', 'tubes')) AS tests,
               min(as_of) FILTER (WHERE kind = 'doses') AS doses,
               min(as_of) FILTER (WHERE kind IN ('orders', 'alerts')) AS orders
          FROM records_source WHERE counts_for_freshness) ages
"""
WRITE = """
INSERT INTO lookup_lookup (id, asked_on, asked_at, door, proof, device_id, subject_key, outcome, refusal,
    status, shown_status, reasons, facts, standing, policy, rules, closes_at, key_prefix, staff_ref,
    entry_verdict, entry_days)
VALUES ($1, $2, $3, 'CHECKPOINT', 'NONE', $4, $5, 'ANSWERED', '', $6, $6, $7, $8, $9, $10, $11, $12, $13,
    $14, $15, $16)
"""
KEY = """
SELECT k.hashed_key, d.id, d.checks_per_minute, s.pseudonym_salt
  FROM lookup_devicekey k JOIN lookup_device d ON d.id = k.device_id JOIN lookup_site s ON s.id = d.site_id
 WHERE k.prefix = $1 AND NOT k.revoked AND (k.expiry_date IS NULL OR k.expiry_date > $2)
"""


class Remembered:
    """What this process knows for some seconds: keys that were checked, permits left, the policy."""

    def __init__(self) -> None:
        self.keys: dict[str, tuple[float, asyncpg.Record]] = {}
        self.permits: dict[UUID, tuple[int, int]] = {}
        self.rules: tuple[float, Policy, AdmissionPolicy, FeedAges] | None = None


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async def no_reset(connection: asyncpg.Connection) -> None:
        pass

    async with asyncpg.create_pool(DSN, min_size=POOL, max_size=POOL, reset=no_reset) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan, openapi_url=None)
remembered = Remembered()


@app.post("/api/v1/checks")
async def check(request: Request) -> Response:
    at = datetime.now(UTC)
    async with app.state.pool.acquire() as connection:
        device = await device_of(connection, request.headers.get("authorization", ""), at)
        if device is None:
            return problem(401, "invalid_key")
        if not has_permit(device):
            return problem(429, "rate_exceeded")
        document = read_document(await request.body())
        if document is None:
            return problem(400, "invalid")
        return await answer(connection, device, document, at)


def read_document(body: bytes) -> Document | None:
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(sent, dict) or sent.keys() - {"document_number", "document_type", "staff_ref"}:
        return None
    number = sent.get("document_number")
    found = parse_document(number) if isinstance(number, str) and len(number) <= 100 else None
    return found if isinstance(found, Document) else None


async def device_of(connection: asyncpg.Connection, header: str, at: datetime) -> asyncpg.Record | None:
    known = remembered.keys.get(header)
    if known is not None and known[0] > time.monotonic():
        return known[1]
    scheme, _, key = header.partition(" ")
    row = await connection.fetchrow(KEY, key.partition(".")[0], at) if scheme == "Api-Key" else None
    if row is None:
        return None
    hashed = "sha512$$" + hashlib.sha512(key.encode()).hexdigest()
    if not hmac.compare_digest(hashed, row["hashed_key"]):
        return None
    remembered.keys[header] = (time.monotonic() + KEY_REMEMBERED_S, row)
    return row


def has_permit(device: asyncpg.Record) -> bool:
    """Take one permit of the running minute; as in ours, counted here where there is no Redis."""
    minute = int(time.time()) // 60
    now, left = remembered.permits.get(device["id"], (minute, device["checks_per_minute"]))
    if now != minute:
        left = device["checks_per_minute"]
    remembered.permits[device["id"]] = (minute, left - 1)
    return left > 0


async def rules_in_force(
    connection: asyncpg.Connection, at: datetime
) -> tuple[Policy, AdmissionPolicy, FeedAges]:
    if remembered.rules is not None and remembered.rules[0] > time.monotonic():
        return remembered.rules[1:]
    row = await connection.fetchrow(POLICY, at)
    stale_after = StaleAfter(
        registry=row["registry_stale_after"],
        tests=row["tests_stale_after"],
        doses=row["doses_stale_after"],
        orders=row["orders_stale_after"],
    )
    policy = Policy(
        name=row["name"],
        in_force_from=row["in_force_from"],
        counter=CounterVersion(row["counter"]),
        entry_days=row["entry_days"],
        alert_1_for=timedelta(days=row["alert_1_days"]),
        stale_after=stale_after,
    )
    admission = AdmissionPolicy(face_needed_for_assisted=row["face_needed_for_assisted"])
    feeds = FeedAges(registry=row["registry"], tests=row["tests"], doses=row["doses"], orders=row["orders"])
    remembered.rules = (time.monotonic() + RULES_REMEMBERED_S, policy, admission, feeds)
    return policy, admission, feeds


async def answer(
    connection: asyncpg.Connection, device: asyncpg.Record, document: Document, at: datetime
) -> Response:
    policy, admission, feeds = await rules_in_force(connection, at)
    key = person_key(document, secret=KEY_SECRET)
    row = await connection.fetchrow(READ, key)
    in_registry = row["name_sealed"] is not None
    standing = Standing(
        in_registry=in_registry,
        died_on=row["died_on"],
        registered_at=row["registered_at"],
        has_face_reference=bool(row["has_face"]),
    )
    facts = Facts(
        born_on=row["born_on"] or document.born_on,
        naats=decode_naats(orjson.loads(row["naats"] or "[]")),
        doses=decode_doses(orjson.loads(row["doses"] or "[]")),
        orders=decode_orders(orjson.loads(row["orders"] or "[]")),
        alerts=decode_alerts(orjson.loads(row["alerts"] or "[]")),
        feeds=feeds,
        record_in_review=row["in_review"],
    )
    decision = Decision(
        verdict=evaluate(facts, policy, at=at),
        admission=admit(Door.CHECKPOINT, Proof.NONE, standing, admission, at=at),
        feeds=facts.feeds,
    )
    name = RING.unseal(row["name_sealed"], context=f"identity_person:name:{key}") if in_registry else None
    told = disclose_to_device(
        decision,
        id=uuid7(),
        policy=policy.name,
        entry_days=policy.entry_days,
        masked_name=None if name is None else mask_name(name),
        pseudonym=pseudonym(key, device),
    )
    await connection.execute(
        *(WRITE, told.id, civil_date(at), at, device["id"], key, decision.status.value),
        orjson.dumps([reason.value for reason in decision.reasons]).decode(),
        orjson.dumps(encode_facts(facts)).decode(),
        orjson.dumps(encode_standing(standing)).decode(),
        *(policy.name, RULES_VERSION, at + timedelta(seconds=10), "", "", told.verdict.value),
        policy.entry_days,
    )
    naat = told.naat
    shown = {
        "check_id": str(told.id),
        "verdict": told.verdict.value,
        "status": {"code": told.status.value, "label": LABELS[told.status.value]},
        "alerts": told.alert_numbers,
        "subject": {"name": told.subject_name, "age_band": told.age_band, "pseudonym": told.pseudonym},
        "naat": None if naat is None else {"days": naat.days, "result": naat.result, "pending": naat.pending},
        "vaccination": told.vaccination,
        "code": None,
        "data": {"as_of": rfc3339(told.data_as_of), "fresh": told.data_fresh},
        "valid_until": rfc3339(told.valid_until),
        "policy": told.policy,
    }
    return Response(orjson.dumps(shown), 201, {"cache-control": "no-store"}, "application/json")


def pseudonym(key: UUID, device: asyncpg.Record) -> str:
    message = b"pseudonym:" + device["pseudonym_salt"].bytes + key.bytes
    return hmac.digest(KEY_SECRET, message, "sha256").hex()[:16]


def rfc3339(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(SHANGHAI).isoformat(timespec="seconds")


def problem(status: int, code: str) -> Response:
    body = orjson.dumps({"type": "about:blank", "status": status, "code": code})
    return Response(body, status, None, "application/problem+json")
