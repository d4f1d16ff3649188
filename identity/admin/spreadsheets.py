"""Lists of the admin as a file for spreadsheets: what the list shows, and nothing that runs."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.html import strip_tags

# A cell that begins so is run by a spreadsheet: =HYPERLINK(…) sends the sheet's content away.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MARK_OF_ORDER = "\ufeff"


def neutralised(value: object) -> str:
    """Return the text of a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else strip_tags(str(value)).strip(" ")
    # A lone dash says "nothing" in the lists.
    return f"'{text}" if text.startswith(_RUNS) and text != "-" else text


def lines(header: Iterable[object], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield the lines of a CSV file that spreadsheets read as UTF-8."""
    yield _MARK_OF_ORDER + _line(header)
    for row in rows:
        yield _line(row)


def _line(values: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerow([neutralised(value) for value in values])
    return written.getvalue()
