"""What every list of the admin offers: filters kept under a name, and the list as a file.

An export leaves its row before the file leaves. It holds what the list shows, masked as there, and at most
MOST_ROWS; a longer list has to be filtered first, so that nothing is left out silently.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.formats import localize
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _

from identity.admin import spreadsheets
from identity.models import Export, SavedFilter, User

MOST_ROWS = 5000
MOST_FILTERS = 20
_NO_FILTER = ("q", "p", "e", "o", "_changelist_filters")
"""Of an address: what was typed into a search, which page, an error, the order."""


def kept(colleague: User, listed: str) -> list[SavedFilter]:
    """Return the filters that a colleague keeps for a list."""
    return list(SavedFilter.objects.filter(owner=colleague, listed=listed).order_by("name"))


def save_filter(request: HttpRequest, listed: str, *, offered: Any) -> HttpResponse:
    """Keep the filter of the address under a name, or drop one that is kept; then back to the list."""
    colleague, wanted = cast("User", request.user), request.POST
    mine = SavedFilter.objects.filter(owner=colleague, listed=listed)
    name = wanted.get("name", "").strip()
    if wanted.get("drop"):
        mine.filter(name=wanted["drop"]).delete()
    elif not name or len(name) > 40 or not name.isprintable():
        messages.error(request, _("Please give the filter a name of 1 to 40 characters."))
    elif any(character.isdigit() for character in name) and sum(map(str.isdigit, name)) > 6:
        messages.error(request, _("A name of a filter is no place for a number of a person."))
    elif mine.count() >= MOST_FILTERS:
        messages.error(request, _("You keep as many filters as may. Please drop one first."))
    else:
        query = filter_of(wanted.get("query", ""), offered=offered)
        mine.update_or_create(owner=colleague, listed=listed, name=name, defaults={"query": query})
        messages.success(request, _("The filter is kept."))
    answer = HttpResponseRedirect(f"{request.path}?{filter_of(wanted.get('query', ''), offered=offered)}")
    answer.status_code = 303
    return answer


def filter_of(query: str, *, offered: Any) -> str:
    """Return of a query what the list offers to filter by; never what was typed into a search."""
    pairs = parse_qsl(query, max_num_fields=50)[:50]
    filters = [(key, value) for key, value in pairs if key not in _NO_FILTER and offered(key, value)]
    return urlencode(filters)[:500]


def export(request: HttpRequest, found: ChangeList, *, offered: Any) -> HttpResponse | None:
    """Return the list as a file, after its row in the audit of exports; None if it is too long."""
    if not request.user.has_perm("identity.add_export"):
        raise PermissionDenied
    rows, number = found.queryset, found.queryset.count()
    if number > MOST_ROWS:
        text = _("This list has %(number)d rows, and a file takes %(most)d. Please filter it first.")
        messages.error(request, text % {"number": number, "most": MOST_ROWS})
        return None
    found.list_max_show_all = MOST_ROWS
    found.show_all = True
    found.get_results(request)
    rows = list(found.result_list)
    Export.objects.create(
        exported_at=timezone.now(),
        exported_by=cast("User", request.user),
        listed=found.opts.label,
        query=filter_of(request.META.get("QUERY_STRING", ""), offered=offered),
        rows=len(rows),
    )
    columns = [str(name) for name in found.list_display if name != "action_checkbox"]
    header = [label_for_field(name, found.model, found.model_admin) for name in columns]
    lines = spreadsheets.lines(header, (_cells(row, columns, found) for row in rows))
    answer = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.opts.model_name}.csv"'
    return answer


def _cells(row: Any, columns: list[str], found: ChangeList) -> Iterator[object]:
    for name in columns:
        try:
            field, _attribute, value = lookup_field(name, row, found.model_admin)
        except ObjectDoesNotExist:
            value, field = None, None
        if field is not None and field.choices:
            value = getattr(row, f"get_{field.name}_display")()
        elif field is not None and field.is_relation:
            value = getattr(row, field.name)
        yield _in_words(value)


def _in_words(value: Any) -> object:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime) and is_aware(value):
        value = localtime(value)
    return localize(value)
