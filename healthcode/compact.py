"""Facts as small JSON: what an audit row keeps for replay, and what a summary row keeps per person."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

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

VERSION = 1
"""The number of this form; a reader refuses any other."""

_LETTERS = {NaatResult.NOT_DETECTED: "N", NaatResult.DETECTED: "D", NaatResult.INCONCLUSIVE: "I"}
_RESULTS = {letter: result for result, letter in _LETTERS.items()}

Row = Sequence[Any]


def encode_facts(facts: Facts) -> dict[str, Any]:
    """Return facts as JSON-able values, in whole seconds since 1970; empty sections are left out.

    ``{"v": 1, "b": born_on, "n": naats, "d": doses, "o": orders, "a": alerts, "f": feed ages, "r": 1}``
    """
    sections: dict[str, Any] = {
        "n": [_naat_row(naat) for naat in facts.naats],
        "d": [
            [dose.product.value, dose.administered_on.isoformat(), dose.dose_number] for dose in facts.doses
        ],
        "o": [_order_row(order) for order in facts.orders],
        "a": [_alert_row(alert) for alert in facts.alerts],
        "f": _feed_row(facts.feeds),
        "r": int(facts.record_in_review),
    }
    return {"v": VERSION, "b": facts.born_on.isoformat()} | {key: row for key, row in sections.items() if row}


def facts_as_text(
    born_on: date,
    *,
    naats: str | None,
    doses: str | None,
    orders: str | None,
    alerts: str | None,
    feeds: FeedAges,
    record_in_review: bool,
) -> str:
    """Return what ``encode_facts`` would, as JSON text, from sections that are in this form already.

    The sections are JSON text as a summary row keeps them; None is an empty one.
    """
    sections = (("n", naats), ("d", doses), ("o", orders), ("a", alerts))
    kept = "".join(f',"{letter}":{rows}' for letter, rows in sections if rows and rows != "[]")
    review = ',"r":1' if record_in_review else ""
    return f'{{"v":{VERSION},"b":"{born_on.isoformat()}"{kept},"f":[{_ages_as_text(feeds)}]{review}}}'


@lru_cache(maxsize=8)
def _ages_as_text(feeds: FeedAges) -> str:
    return ",".join("null" if age is None else str(age) for age in _feed_row(feeds))


def decode_facts(encoded: Mapping[str, Any]) -> Facts:
    """Return the facts that ``encode_facts`` was given, to the second.

    Raises ValueError if the form has another version or does not hold what its version says.
    """
    if encoded.get("v") != VERSION:
        raise ValueError("these facts are written in a form of another version")
    try:
        return _decode_version_1(encoded)
    except (KeyError, TypeError, OverflowError) as broken:
        raise ValueError("these facts do not hold what their version says") from broken


def decode_naats(rows: Sequence[Row]) -> tuple[Naat, ...]:
    """Return tests from ``[collected_s|null, issued_s|null, "N"|"D"|"I"|null, 0|1 pooled]`` rows."""
    return tuple(
        Naat(
            collected_at=_instant_or_none(collected),
            issued_at=_instant_or_none(issued),
            result=None if letter is None else _RESULTS[letter],
            pooled=bool(pooled),
        )
        for collected, issued, letter, pooled in rows
    )


def decode_doses(rows: Sequence[Row]) -> tuple[Dose, ...]:
    """Return doses from ``[product, "YYYY-MM-DD", dose number]`` rows."""
    return tuple(
        Dose(product=VaccineProduct(product), administered_on=date.fromisoformat(on), dose_number=number)
        for product, on, number in rows
    )


def decode_orders(rows: Sequence[Row]) -> tuple[Order, ...]:
    """Return orders from ``[kind, from_s, until_s, authority, reference, contact]`` rows."""
    return tuple(
        Order(
            kind=OrderKind(kind),
            authority=authority,
            reference=reference,
            contact=contact,
            in_force_from=_instant(start),
            in_force_until=_instant(until),
        )
        for kind, start, until, authority, reference, contact in rows
    )


def decode_alerts(rows: Sequence[Row]) -> tuple[Alert, ...]:
    """Return alerts from ``[kind, from_s, until_s|null, authority, reference, contact, cause|null]`` rows."""
    return tuple(
        Alert(
            kind=AlertKind(kind),
            authority=authority,
            reference=reference,
            contact=contact,
            in_force_from=_instant(start),
            in_force_until=_instant_or_none(until),
            cause=None if cause is None else AlertCause(cause),
        )
        for kind, start, until, authority, reference, contact, cause in rows
    )


def _decode_version_1(encoded: Mapping[str, Any]) -> Facts:
    registry, tests, doses, orders = (_instant_or_none(as_of) for as_of in encoded["f"])
    return Facts(
        born_on=date.fromisoformat(encoded["b"]),
        naats=decode_naats(encoded.get("n", ())),
        doses=decode_doses(encoded.get("d", ())),
        orders=decode_orders(encoded.get("o", ())),
        alerts=decode_alerts(encoded.get("a", ())),
        feeds=FeedAges(registry=registry, tests=tests, doses=doses, orders=orders),
        record_in_review=bool(encoded.get("r", 0)),
    )


def _naat_row(naat: Naat) -> list[Any]:
    letter = None if naat.result is None else _LETTERS[naat.result]
    return [_seconds_or_none(naat.collected_at), _seconds_or_none(naat.issued_at), letter, int(naat.pooled)]


def _order_row(order: Order) -> list[Any]:
    period = [_seconds(order.in_force_from), _seconds(order.in_force_until)]
    return [order.kind.value, *period, order.authority, order.reference, order.contact]


def _alert_row(alert: Alert) -> list[Any]:
    period = [_seconds(alert.in_force_from), _seconds_or_none(alert.in_force_until)]
    cause = None if alert.cause is None else alert.cause.value
    return [alert.kind.value, *period, alert.authority, alert.reference, alert.contact, cause]


def _feed_row(feeds: FeedAges) -> list[int | None]:
    return [_seconds_or_none(as_of) for as_of in (feeds.registry, feeds.tests, feeds.doses, feeds.orders)]


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp() // 1)


def _seconds_or_none(instant: datetime | None) -> int | None:
    return None if instant is None else _seconds(instant)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


def _instant_or_none(seconds: int | None) -> datetime | None:
    return None if seconds is None else _instant(seconds)
