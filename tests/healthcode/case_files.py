"""Read the published cases: facts, policy, clock and expected verdict, as a doctor can read them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from healthcode.entry import judge_entry
from healthcode.facts import (
    Alert,
    AlertCause,
    AlertKind,
    Dose,
    Facts,
    FeedAges,
    Naat,
    NaatResult,
    Order,
    OrderKind,
    VaccineProduct,
)
from healthcode.policy import Policy
from healthcode.verdict import Verdict
from tests.healthcode.policies import TIMELINE

FOLDER = Path(__file__).parent / "cases"

CASE_KEYS = {"title", "why", "policy", "at", "facts", "expected"}
FACT_KEYS = {"born_on", "naats", "doses", "orders", "alerts", "feeds", "record_in_review"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One published case; ``expected`` holds the parts of the verdict that the case is about."""

    title: str
    facts: Facts
    policy: Policy
    at: datetime
    expected: dict[str, Any]


def case_files() -> list[Path]:
    """Return every file of published cases."""
    return sorted(FOLDER.glob("*.json"))


def read_cases(path: Path) -> Iterator[Case]:
    """Return the cases of one file.

    What a case does not say about the facts stands under ``everyone_here``; feeds that are not
    named were read at the instant asked about. Raises ValueError for a key that nobody reads.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    for raw in content["cases"]:
        _require_known(raw, CASE_KEYS, where=raw["title"])
        yield _read_case(raw, everyone=content["everyone_here"])


def readable(verdict: Verdict, *, policy: Policy) -> dict[str, Any]:
    """Return a verdict in the words of the case files."""
    return {
        "status": verdict.status.value,
        "reasons": [reason.value for reason in verdict.reasons],
        "alerts": [alert.kind.number for alert in verdict.alerts],
        "orders": [order.reference for order in verdict.orders],
        "naat": {
            "days": verdict.naat.days,
            "result": verdict.naat.result and verdict.naat.result.value,
            "pending": verdict.naat.pending,
        },
        "vaccination": verdict.vaccination.value,
        "stale": [feed.value for feed in verdict.stale],
        "age": verdict.age,
        "valid_until": verdict.valid_until.isoformat(),
        "entry": judge_entry(verdict, entry_days=policy.entry_days).value,
    }


def _read_case(raw: dict[str, Any], *, everyone: dict[str, Any]) -> Case:
    facts = everyone | raw["facts"]
    _require_known(facts, FACT_KEYS, where=raw["title"])
    at = datetime.fromisoformat(raw["at"])
    return Case(
        title=raw["title"],
        facts=_read_facts(facts, at=at),
        policy=next(policy for policy in TIMELINE if policy.name == raw["policy"]),
        at=at,
        expected=raw["expected"],
    )


def _read_facts(raw: dict[str, Any], *, at: datetime) -> Facts:
    feeds = dict.fromkeys(("registry", "tests", "doses", "orders"), at.isoformat()) | raw.get("feeds", {})
    return Facts(
        born_on=date.fromisoformat(raw["born_on"]),
        naats=tuple(_read_naat(naat) for naat in raw.get("naats", ())),
        doses=tuple(_read_dose(dose) for dose in raw.get("doses", ())),
        orders=tuple(_read_order(order) for order in raw.get("orders", ())),
        alerts=tuple(_read_alert(alert) for alert in raw.get("alerts", ())),
        feeds=FeedAges(**{name: _instant_or_none(as_of) for name, as_of in feeds.items()}),
        record_in_review=raw.get("record_in_review", False),
    )


def _read_naat(raw: dict[str, Any]) -> Naat:
    return Naat(
        collected_at=_instant_or_none(raw.get("collected_at")),
        issued_at=_instant_or_none(raw.get("issued_at")),
        result=NaatResult(raw["result"]) if "result" in raw else None,
        pooled=raw.get("pooled", False),
    )


def _read_dose(raw: dict[str, Any]) -> Dose:
    return Dose(
        product=VaccineProduct(raw["product"]),
        administered_on=date.fromisoformat(raw["administered_on"]),
        dose_number=raw["dose_number"],
    )


def _read_order(raw: dict[str, Any]) -> Order:
    return Order(
        kind=OrderKind(raw["kind"]),
        authority=raw["authority"],
        reference=raw["reference"],
        contact=raw["contact"],
        in_force_from=datetime.fromisoformat(raw["in_force_from"]),
        in_force_until=datetime.fromisoformat(raw["in_force_until"]),
    )


def _read_alert(raw: dict[str, Any]) -> Alert:
    return Alert(
        kind=AlertKind(raw["kind"]),
        authority=raw["authority"],
        reference=raw["reference"],
        contact=raw["contact"],
        in_force_from=datetime.fromisoformat(raw["in_force_from"]),
        in_force_until=_instant_or_none(raw.get("in_force_until")),
        cause=AlertCause(raw["cause"]) if "cause" in raw else None,
    )


def _instant_or_none(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _require_known(raw: dict[str, Any], known: set[str], *, where: str) -> None:
    if unknown := raw.keys() - known:
        raise ValueError(f"{where}: nobody reads {sorted(unknown)}")
