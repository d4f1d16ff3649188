"""What a row must not contradict beyond its own form: its source's rules, what is held.

Reads the database before the page's transaction; whoever passes is merged like any other row, once
its name has been held against the registry (`records.registered_names`).
Source: docs/feed.md, 6, 9 and 10.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from civil_time import civil_date
from records.feed_fields import RejectionReason
from records.merge import TABLES
from records.models import HeldPage, Kind, Naat, Quarantined
from records.page_merge import ReadPage, Refused
from records.source_rules import rules_of

TESTS_KEPT_FOR = timedelta(days=90)  # docs/domain.md, 5, "Retention"

_ESCAPED = re.compile(r"\\(.)")
_UNESCAPED = {"t": "\t", "n": "\n", "r": "\r"}


def check_page(source: str, read: ReadPage, *, at: datetime, released: bool = False) -> ReadPage:
    """Return a page with the rows refused that go beyond their source or against what is on file.

    A version that waits in a held page, or was rejected with one, is held once more; unless the page is
    being ``released``.
    """
    kind = read.kind
    read = read.refusing(dict(_beyond_rules(source, read)))
    if kind is Kind.TESTS:
        read = read.refusing(dict(_too_old(source, read, at=at)))
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
