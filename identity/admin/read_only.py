"""What every page of the admin has in common: nothing can be changed unless a page says so."""

from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from identity.admin import desk
from identity.models import User

Row = TypeVar("Row", bound=Model)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import _StrPromise

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
    purpose: "str | _StrPromise" = ""
    """What the list is for, in a sentence above it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list; or keep a filter of it, or give it out as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        listed, colleague = self.opts.label, cast("User", request.user)
        if request.method == "POST" and "keep-filter" in request.POST:
            return desk.save_filter(request, listed, offered=self._offers(request))
        if request.method == "POST" and "export" in request.POST:
            given = desk.export(request, self._found(request), offered=self._offers(request))
            if given is not None:
                return given
            return HttpResponseRedirect(request.get_full_path())
        context = {
            "kept_filters": desk.kept(colleague, listed),
            "may_export": colleague.has_perm("identity.add_export"),
            "purpose": self.purpose,
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def _found(self, request: HttpRequest) -> ChangeList:
        try:
            return self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            raise Http404 from None

    def _offers(self, request: HttpRequest) -> "Callable[[str, str], bool]":
        return lambda key, value: self.lookup_allowed(key, value, request)

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
