"""The audit rows of gates' calls, and the one statement that writes them, durable when it returns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from civil_time import civil_date
from healthcode.evaluation import RULES_VERSION
from healthcode.facts import FeedAges
from healthcode.remembered import Judge
from healthcode.verdict import Reason
from lookup.admission import Door, Proof
from lookup.gates.gate import Gate
from lookup.gates.statements import APPEND, APPEND_ONE, APPEND_WITH_CODES, COLUMNS, Run
from lookup.models import Lookup, PolicyInForce


class Use(StrEnum):
    """What a check is to the code that it was asked by."""

    NONE = ""  # no code, or one that this site has read already
    FIRST = "FIRST"
    ELSEWHERE = "ELSEWHERE"


class Call:
    """What all rows of one call have in common."""

    def __init__(
        self,
        *,
        gate: Gate,
        staff_ref: str,
        at: datetime,
        policy: PolicyInForce,
        feeds: FeedAges,
        judge: Judge,
    ) -> None:
        self.gate = gate
        self.judge = judge
        self.at = at
        self.policy = policy
        self.feeds = feeds
        self.entry_days = gate.entry_days_under(policy.rule_book.entry_days)
        """The days that a test may have at this site, under the policy in force."""
        self.columns: dict[str, Any] = {
            "asked_on": civil_date(at),
            "asked_at": at,
            "door": Door.CHECKPOINT.value,
            "proof": Proof.NONE.value,
            "device_id": gate.device_id,
            "key_prefix": gate.key_prefix,
            "staff_ref": staff_ref,
            "policy": policy.name,
            "rules": RULES_VERSION,
            "entry_days": self.entry_days,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditRow:
    """What came of one question of a call; ``facts`` and ``standing`` are JSON text."""

    id: UUID
    subject_key: UUID
    code_id: UUID | None = None
    use: Use = Use.NONE
    refusal: str = ""
    status: str = ""
    entry_verdict: str = ""
    reasons: tuple[Reason, ...] = ()
    facts: str = field(default="null", repr=False)
    standing: str = field(default="null", repr=False)

    def columns(self, call: Call) -> dict[str, Any]:
        """Return the row by the names of its columns."""
        return {
            **call.columns,
            "id": self.id,
            "subject_key": self.subject_key,
            "code_id": self.code_id,
            "refusal": self.refusal,
            "outcome": Lookup.Outcome.REFUSED.value if self.refusal else Lookup.Outcome.ANSWERED.value,
            "closes_at": None if self.refusal else call.at + call.policy.display_for_others,
            "status": self.status,
            "shown_status": self.status,
            "entry_verdict": self.entry_verdict,
            "reasons": orjson.dumps(self.reasons).decode(),
            "facts": self.facts,
            "standing": self.standing,
        }

    def as_json(self, call: Call) -> bytes:
        """Return the row as JSON, and with it what becomes of its code."""
        row = self.columns(call)
        for name in ("reasons", "facts", "standing"):
            row[name] = orjson.Fragment(row[name])
        if self.code_id is not None:
            row |= {"use": self.use, "site_id": call.gate.site_id}
        return orjson.dumps(row)


def append(rows: Sequence[tuple[Call, AuditRow]], run: Run) -> set[UUID]:
    """Write rows; return the ids of those written: all but those whose code another site has just used.

    Raises whatever ``run`` raises; then none is written.
    """
    if not rows:
        return set()
    if len(rows) == 1 and rows[0][1].code_id is None and not rows[0][1].refusal:
        [(call, row)] = rows
        values = row.columns(call)
        run(APPEND_ONE, *(values[name] for name in COLUMNS))
        return {row.id}
    with_codes = any(row.code_id is not None for _call, row in rows)
    text = b"[" + b",".join(row.as_json(call) for call, row in rows) + b"]"
    if with_codes:
        return {id for (id,) in run(APPEND_WITH_CODES, text.decode())}
    run(APPEND, text.decode())
    return {row.id for _call, row in rows}
