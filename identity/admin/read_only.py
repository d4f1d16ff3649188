"""What every page of the admin has in common: nothing can be changed unless a page says so."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin
else:

    class _ModelAdmin(admin.ModelAdmin):
        """Django's, which takes a type in brackets only for the type checker."""

        def __class_getitem__(cls, _row: type) -> type:
            return cls


class ReadOnlyAdmin(_ModelAdmin[Row]):
    """Lists and shows; an admin that lets add, change or delete says so itself."""

    actions = None
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Take only the filters that the page offers.

        Django's own rule lets any column of the row be asked in the address, a face reference or a
        password hash by its first letters among them.
        """
        return any(lookup in _asked_by(entry) for entry in self.get_list_filter(request))


def _asked_by(entry: Any) -> tuple[str, ...]:
    """Return the parameters with which one filter of a list asks."""
    match entry:
        case str(column):
            return (f"{column}__exact", f"{column}__id__exact", f"{column}__isnull")
        case (str(column), admin.EmptyFieldListFilter):
            return (f"{column}__isempty",)
        case _:
            return (entry.parameter_name,)
