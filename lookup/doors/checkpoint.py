"""A check at a gate: a device asks about the holder of a document or the owner of a code.

Two statements: one reads everybody who is asked about, one appends their audit rows, durable before anything
is told. Between them stand the same pure functions as at every other door. Source: docs/domain.md, 4 and 5.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings

from identity import keyring
from identity.document import Document
from lookup import answering
from lookup.admission import Door, Proof, encode_standing
from lookup.answer import Check
from lookup.codes import BadCode, CodeFault, CodeRead
from lookup.disclosure import disclose_to_device
from lookup.gates.audit import AuditRow, Call, Use, append
from lookup.gates.gate import Gate
from lookup.gates.memory import Rules, memory
from lookup.gates.statements import READ_MANY, READ_ONE, READ_ONE_CODE, Run
from lookup.gates.subject import subject_in

Asked = Document | CodeRead | BadCode


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeRefused:
    """Nobody is told of: the code is not good."""

    fault: CodeFault


Told = Check | CodeRefused


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One call of a gate: about whom it asks, and whose shift it is."""

    gate: Gate
    asked: Sequence[Asked]
    at: datetime
    staff_ref: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """What stands under a question: whose key, the state of the code, and what is on file."""

    key: UUID | None
    person: Sequence[Any]
    voided_at: datetime | None = None
    used_site_id: UUID | None = None


def check(questions: Sequence[Question], *, run: Run) -> list[list[Told]]:
    """Answer calls of gates that come at once, each about everybody whom it asks about, in their order.

    Raises NoPolicyInForceError before the first policy, and whatever ``run`` raises; then nobody is told of.
    """
    rules = memory.rules(run)
    calls = [_call(question, rules) for question in questions]
    items = [(call, one) for call, question in zip(calls, questions, strict=True) for one in question.asked]
    told = iter(_answer_all(items, run))
    return [[next(told) for _ in question.asked] for question in questions]


_Item = tuple[Call, Asked]


def _call(question: Question, rules: Rules) -> Call:
    policy = rules.in_force(question.at)
    return Call(
        gate=question.gate,
        staff_ref=question.staff_ref,
        at=question.at,
        policy=policy,
        feeds=rules.feeds,
        judge=rules.judge_of(policy),
    )


def _answer_all(items: Sequence[_Item], run: Run) -> list[Told]:
    judged = _judge_all(items, run)
    written = append([(call, row) for (call, _), (_, row) in zip(items, judged, strict=True) if row], run)
    told = [one for one, _row in judged]
    unwritten = [place for place, (_, row) in enumerate(judged) if row and row.id not in written]
    if unwritten:
        # Another site has used these codes since they were read. Read anew they are used elsewhere, which
        # claims nothing, so no third turn is needed.
        for place, one in zip(unwritten, _answer_all([items[at] for at in unwritten], run), strict=True):
            told[place] = one
    return told


def _judge_all(items: Sequence[_Item], run: Run) -> list[tuple[Told, AuditRow | None]]:
    """Return at each place what will be told, and the row that has to be durable before."""
    found = _read([asked for _call, asked in items], run)
    return [_judge(call, asked, one) for (call, asked), one in zip(items, found, strict=True)]


def _read(asked: Sequence[Asked], run: Run) -> list[_Found]:
    keys = [keyring.key_of(one) if isinstance(one, Document) else None for one in asked]
    if len(asked) == 1 and keys[0] is not None:
        return [_Found(key=keys[0], person=run(READ_ONE, keys[0])[0])]
    codes = [None if isinstance(one, Document) else one.code_id for one in asked]
    rows = run(READ_ONE_CODE, codes[0]) if len(asked) == 1 else run(READ_MANY, _array(keys), _array(codes))
    return [
        _Found(key=key or of_code, voided_at=voided_at, used_site_id=used_site_id, person=person)
        for key, (of_code, voided_at, used_site_id, *person) in zip(keys, rows, strict=True)
    ]


def _array(ids: Sequence[UUID | None]) -> str:
    """Return ids as PostgreSQL writes an array: one value, where a list would be quoted piece by piece."""
    return "{" + ",".join(["NULL" if id is None else str(id) for id in ids]) + "}"


def _judge(call: Call, asked: Asked, found: _Found) -> tuple[Told, AuditRow | None]:
    fault = None if isinstance(asked, Document) else _fault(asked, found)
    if found.key is None or fault is not None:
        return _refuse(call, fault or CodeFault.UNKNOWN, asked, found)
    return _answer(call, asked, found, key=found.key)


def _fault(code: CodeRead | BadCode, found: _Found) -> CodeFault | None:
    if isinstance(code, BadCode):
        return code.fault
    if found.key is None:
        return CodeFault.UNKNOWN
    return None if found.voided_at is None else CodeFault.VOIDED


def _refuse(call: Call, fault: CodeFault, asked: Asked, found: _Found) -> tuple[CodeRefused, AuditRow | None]:
    refused = CodeRefused(fault=fault)
    if found.key is None or isinstance(asked, Document):
        # Nobody issued this code, so there is nobody in whose audit it could stand; it is counted.
        return refused, None
    id = answering.new_id(call.at)
    return refused, AuditRow(id=id, subject_key=found.key, code_id=asked.code_id, refusal=fault.value)


def _answer(call: Call, asked: Asked, found: _Found, *, key: UUID) -> tuple[Check, AuditRow]:
    code_id = None if isinstance(asked, Document) else asked.code_id
    use = Use.NONE if code_id is None else _use(call, found)
    born_on = asked.born_on if isinstance(asked, Document) else None
    subject = subject_in(found.person, person_key=key, born_on=born_on, feeds=call.feeds)
    facts, standing = subject.on_file.facts, subject.on_file.standing
    decision = answering.decide(
        Door.CHECKPOINT,
        Proof.NONE,
        facts=facts,
        standing=standing,
        policy=call.policy,
        at=call.at,
        judge=call.judge,
    )
    check = disclose_to_device(
        decision,
        id=answering.new_id(call.at),
        policy=call.policy.name,
        entry_days=call.entry_days,
        masked_name=subject.on_file.masked_name,
        pseudonym=_pseudonym(key, call.gate),
        code_used_elsewhere=None if code_id is None else use is Use.ELSEWHERE,
    )
    row = AuditRow(
        id=check.id,
        subject_key=key,
        code_id=code_id,
        use=use,
        status=decision.status.value,
        entry_verdict=check.verdict.value,
        reasons=decision.reasons,
        facts=subject.facts_text,
        standing=orjson.dumps(encode_standing(standing)).decode(),
    )
    return check, row


def _use(call: Call, found: _Found) -> Use:
    if found.used_site_id is None:
        return Use.FIRST
    return Use.NONE if found.used_site_id == call.gate.site_id else Use.ELSEWHERE


def _pseudonym(subject_key: UUID, gate: Gate) -> str:
    """Return what a site may call a person: the same at each visit, different at every other site."""
    message = b"pseudonym:" + gate.pseudonym_salt.bytes + subject_key.bytes
    return hmac.digest(settings.PERSON_KEY_SECRET, message, hashlib.sha256)[:8].hex()
