"""What a row must not contradict beyond its own form: its source's rules, the registry, what is held.

Reads the database before the page's transaction; whoever passes is merged like any other row.
Source: docs/feed.md, 6, 9 and 10.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from django.db import connection

from civil_time import civil_date
from identity.keyring import sealing_ring
from identity.models import name_context
from identity.names import is_same_name
from identity.sealed import SealBroken
from records.feed_fields import RejectionReason
from records.merge import TABLES
from records.models import HeldPage, Kind, Naat, Quarantined
from records.page_merge import ReadPage, Refused
from records.source_rules import rules_of

TESTS_KEPT_FOR = timedelta(days=90)  # docs/domain.md, 5, "Retention"

_NAMED = frozenset({Kind.TESTS, Kind.DOSES, Kind.ORDERS, Kind.ALERTS})
_NAMES = (
    "SELECT person_key::text, name_sealed FROM identity_person "
    "WHERE person_key = ANY(%s::uuid[]) AND NOT withdrawn"
)
_ESCAPED = re.compile(r"\\(.)")
_UNESCAPED = {"t": "\t", "n": "\n", "r": "\r"}
_log = structlog.get_logger(__name__)


def check_page(source: str, read: ReadPage, *, at: datetime, released: bool = False) -> ReadPage:
    """Return a page with the rows refused that go beyond their source or against what is on file.

    A version that waits in a held page, or was rejected with one, is held once more; unless the page is
    being ``released``.
    """
    kind = read.kind
    read = read.refusing(dict(_beyond_rules(source, read)))
    if kind is Kind.TESTS:
        read = read.refusing(dict(_too_old(source, read, at=at)))
    if kind in _NAMED:
        read = read.refusing(dict(_misnamed(read)))
    if not released:
        read = read.refusing(dict(_held_before(source, read)))
    return read


def _beyond_rules(source: str, read: ReadPage) -> Iterator[tuple[int, Refused]]:
    rules = rules_of(source, read.kind)
    if rules.are_open:
        return
    columns = TABLES[read.kind].columns
    for place, line in enumerate(read.lines):
        said = dict(zip(columns, map(_text, line.split("\t")), strict=True))
        refusal = rules.refusal(said)
        if refusal is not None:
            yield place, Refused(reason=refusal[0], field=refusal[1])


def _text(value: str) -> str:
    """Return a value of COPY's text format as it was; "" for NULL."""
    if "\\" not in value:
        return value
    return "" if value == r"\N" else _ESCAPED.sub(lambda found: _UNESCAPED.get(found[1], found[1]), value)


def _too_old(source: str, read: ReadPage, *, at: datetime) -> Iterator[tuple[int, Refused]]:
    """Yield new tests of days of which no tests are kept: a late copy would bring back what was corrected.

    A correction of a test that is still kept passes.
    """
    oldest, column = civil_date(at - TESTS_KEPT_FOR), TABLES[Kind.TESTS].columns.index("record_day")
    days = [line.split("\t", column + 1)[column] for line in read.lines]
    if not days or min(days) >= oldest.isoformat():
        return
    old = {
        place: (_text(read.lines[place].partition("\t")[0]), day)
        for place, day in enumerate(days)
        if day < oldest.isoformat()
    }
    kept = Naat.objects.filter(
        source=source, record_day__lt=oldest, record_id__in={record_id for record_id, _day in old.values()}
    ).values_list("record_id", "record_day")
    still_kept = {(record_id, day.isoformat()) for record_id, day in kept}
    for place, record in old.items():
        if record not in still_kept:
            yield place, Refused(reason=RejectionReason.TOO_OLD, field="record_day")


def _misnamed(read: ReadPage) -> Iterator[tuple[int, Refused]]:
    """Yield rows whose name is another one than the registry's.

    A row without a name, and one about somebody whom the registry does not know, contradict nothing.
    """
    column = TABLES[read.kind].columns.index("person_key")
    keys = [line.split("\t", column + 1)[column] for line in read.lines]
    registered = _registered_names(keys)
    for place, (key, name) in enumerate(zip(keys, read.names, strict=True)):
        known = registered.get(key)
        if known and name and name != known and not is_same_name(known, name):
            yield place, Refused(reason=RejectionReason.NAME_CONTRADICTS_REGISTRY, field="name")


def _registered_names(keys: list[str]) -> dict[str, str]:
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [keys])
        opened = {key: _opened(key, sealed) for key, sealed in cursor.fetchall()}
    return {key: name for key, name in opened.items() if name is not None}


def _opened(key: str, sealed: memoryview) -> str | None:
    try:
        return sealing_ring().unseal(sealed, context=name_context(key))
    except SealBroken:
        # One damaged name must not stop a feed; whoever asks about the person finds it.
        _log.error("registered_name_not_opened")
        return None


def _held_before(source: str, read: ReadPage) -> Iterator[tuple[int, Refused]]:
    pages = HeldPage.objects.filter(source__name=source, source__kind=read.kind).exclude(
        proposal=HeldPage.Decision.RELEASE, decided_at__isnull=False
    )
    held = Quarantined.objects.filter(
        reason=RejectionReason.TOO_MANY_TURNED_ADVERSE, run_id__in=list(pages.values_list("pk", flat=True))
    )
    versions = {(record_id, str(version)) for record_id, version in held.values_list("record_id", "version")}
    if not versions:
        return
    for place, line in enumerate(read.lines):
        record_id, version, _rest = line.split("\t", 2)
        if (_text(record_id), version) in versions:
            yield place, Refused(reason=RejectionReason.TOO_MANY_TURNED_ADVERSE)
