"""Rows as a source would send them, and a source that keeps its feeds in memory."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from stdnum.cn import ric

from identity.document import Document, DocumentType
from identity.keyring import key_of
from records.feed import parse_row
from records.models import Kind, Source
from records.sync import sync_page, sync_source
from records.upstream import FeedName, FeedRow, Page

SOURCE = "lab-a"


def number_of(person: int, *, born: str = "20100615") -> str:
    """Return the document number of an invented person (address code 119999: nobody's)."""
    stem = f"119999{born}{person:03d}"
    return stem + ric.calc_check_digit(stem + "0")


def document_of(person: int, **options: Any) -> Document:
    return Document(type=DocumentType.RESIDENT_ID, number=number_of(person, **options))


def key(person: int, **options: Any) -> Any:
    return key_of(document_of(person, **options))


def make_person(record_id: str = "p-1", version: int = 1, person: int = 1, **fields: Any) -> dict[str, Any]:
    row = _row(record_id, version, person) | {"name": "李小满"}
    return row | fields


def make_kinship(record_id: str = "k-1", version: int = 1, **fields: Any) -> dict[str, Any]:
    row = {
        "record_id": record_id,
        "version": version,
        "guardian_document_type": "10",
        "guardian_document_number": number_of(9, born="19850101"),
        "ward_document_type": "10",
        "ward_document_number": number_of(1),
        "kind": "PARENT",
        "evidence": "HOUSEHOLD_REGISTER",
        "in_force_from": "2010-06-15T00:00:00+08:00",
    }
    return row | fields


def make_test(record_id: str = "t-1", version: int = 1, person: int = 1, **fields: Any) -> dict[str, Any]:
    row = _row(record_id, version, person) | {
        "name": "李小满",
        "record_day": "2022-05-19",
        "collected_at": "2022-05-19T16:00:00+08:00",
        "issued_at": "2022-05-20T06:30:00+08:00",
        "result": "NOT_DETECTED",
        "laboratory": "Lab A",
        "sampling_site": "Site 1",
    }
    return row | fields


def make_pooled(record_id: str = "t-1", tube_code: str = "T1", **fields: Any) -> dict[str, Any]:
    return make_test(record_id, **({"tube_code": tube_code, "issued_at": None, "result": None} | fields))


def make_tube(record_id: str = "tube-1", version: int = 1, **fields: Any) -> dict[str, Any]:
    row = {
        "record_id": record_id,
        "version": version,
        "tube_code": "T1",
        "result": "NOT_DETECTED",
        "issued_at": "2022-05-20T06:30:00+08:00",
    }
    return row | fields


def make_dose(record_id: str = "d-1", version: int = 1, person: int = 1, **fields: Any) -> dict[str, Any]:
    row = _row(record_id, version, person) | {
        "dose_number": 1,
        "product": "CORONAVAC",
        "administered_on": "2021-12-01",
        "site": "Clinic 1",
    }
    return row | fields


def make_order(record_id: str = "o-1", version: int = 1, person: int = 1, **fields: Any) -> dict[str, Any]:
    row = _row(record_id, version, person) | {
        "kind": "HOME_ISOLATION",
        "authority": "District centre",
        "reference": "2022-77",
        "contact": "010-12345",
        "in_force_from": "2022-05-18T00:00:00+08:00",
        "in_force_until": "2022-05-28T00:00:00+08:00",
    }
    return row | fields


def make_alert(record_id: str = "a-1", version: int = 1, person: int = 1, **fields: Any) -> dict[str, Any]:
    row = make_order(record_id, version, person) | {"kind": "TEST_REQUIRED", "cause": "CLINIC_VISIT"}
    return row | {"in_force_until": None} | fields


MAKERS = {
    Kind.REGISTRY: make_person,
    Kind.KINSHIP: make_kinship,
    Kind.TESTS: make_test,
    Kind.TUBES: make_tube,
    Kind.DOSES: make_dose,
    Kind.ORDERS: make_order,
    Kind.ALERTS: make_alert,
}


def parse(kind: Kind, row: Mapping[str, object], *, at: datetime):
    return parse_row(kind, as_line(row), at=at)


def as_line(row: Any) -> bytes:
    return row if isinstance(row, bytes) else json.dumps(row, ensure_ascii=False).encode()


class MemorySource:
    """A record source over lists of rows; a cursor is the number of rows read."""

    reads_ahead = True

    def __init__(self, feeds: Mapping[Kind, Sequence[Any]], *, as_of: datetime | None = None) -> None:
        self._feeds = {FeedName(source=SOURCE, kind=kind): list(rows) for kind, rows in feeds.items()}
        self._as_of = as_of

    def feeds(self) -> list[FeedName]:
        return list(self._feeds)

    def append(self, kind: Kind, *rows: Any) -> None:
        self._feeds.setdefault(FeedName(source=SOURCE, kind=kind), []).extend(rows)

    def fetch(self, feed: FeedName, *, cursor: str, limit: int) -> Page:
        rows, start = self._feeds[feed], int(cursor or 0)
        page = [
            FeedRow(position=f"memory:{number}", content=as_line(row))
            for number, row in enumerate(rows[start : start + limit], start=start + 1)
        ]
        end = start + len(page)
        exhausted = end == len(rows)
        return Page(
            rows=page,
            next_cursor=str(end) if end else "",
            as_of=self._as_of if exhausted else None,
            exhausted=exhausted,
        )


def source_of(kind: Kind) -> Source:
    return Source.objects.get_or_create(name=SOURCE, kind=kind)[0]


def feed_page(kind: Kind, *rows: Any, at: datetime):
    """Deliver rows as the next page of the feed of a kind, and return the report."""
    source = source_of(kind)
    source.refresh_from_db()
    upstream = _Once(rows, cursor=source.cursor)
    return sync_page(source, upstream, at=at)


class _Once(MemorySource):
    """One page behind whatever cursor there is."""

    def __init__(self, rows: Sequence[Any], *, cursor: str) -> None:
        super().__init__({})
        self._page = rows
        self._next = str(int(cursor or 0) + max(1, len(rows)))

    def fetch(self, feed: FeedName, *, cursor: str, limit: int) -> Page:
        rows = [
            FeedRow(position=f"once:{self._next}:{number}", content=as_line(row))
            for number, row in enumerate(self._page, start=1)
        ]
        return Page(rows=rows, next_cursor=self._next, as_of=None, exhausted=True)


def sync_all_of(upstream: MemorySource, *, at: datetime, limit: int = 1000) -> None:
    for feed in upstream.feeds():
        assert not sync_source(feed, upstream, at=at, limit=limit).problem


def _row(record_id: str, version: int, person: int) -> dict[str, Any]:
    return {
        "record_id": record_id,
        "version": version,
        "document_type": "10",
        "document_number": number_of(person),
    }
