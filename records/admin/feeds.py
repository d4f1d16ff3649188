"""The feeds in the admin: how far each has been read, its ledger, and what was refused; never the row."""

from collections import Counter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from identity.admin.read_only import ReadOnlyAdmin
from records import board
from records.admin.people import RecordAdmin
from records.models import Quarantined, Source, SyncRun
from records.reprocess import Outcome, reprocess

if TYPE_CHECKING:
    _QuarantinedTable = admin.TabularInline[Quarantined, SyncRun]
else:
    _QuarantinedTable = admin.TabularInline


class QuarantinedInline(_QuarantinedTable):
    """The rows that a run refused."""

    model = Quarantined
    fields = ("position", "reason", "field", "quarantined_at", "resolved_at")
    readonly_fields = fields
    can_delete = False
    extra = 0
    max_num = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Source)
class SourceAdmin(ReadOnlyAdmin[Source]):
    """How far each feed has been read, and how old it is."""

    purpose = _("How far each feed has been read, and what troubles it.")

    list_display = (
        "name",
        "kind",
        "as_of",
        "last_synced_at",
        "problem",
        "problem_since",
        "failures",
        "next_fetch_at",
        "counts_for_freshness",
        "cursor",
    )
    list_filter = ("kind", "problem", "counts_for_freshness")
    search_fields = ("name",)
    ordering = ("name", "kind")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.board_view)
        return [path("board/", view, name="records_board"), *super().get_urls()]

    def board_view(self, request: HttpRequest) -> HttpResponse:
        """Show all sources and laboratories side by side."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _now("Sources and laboratories"),
            "opts": self.opts,
            "board": board.read(at=timezone.now()),
        }
        return TemplateResponse(request, "admin/records/board.html", context)


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin[SyncRun]):
    """The ledger, one line a page and one a failed fetch."""

    purpose = _("The ledger: each page that was read, and what became of its rows.")

    list_display = (
        "started_at",
        "source",
        "problem",
        "received",
        "applied",
        "duplicate",
        "superseded",
        "quarantined",
        "cursor_after",
    )
    list_filter = ("source__kind", "source__name", "problem")
    list_select_related = ("source",)
    inlines = (QuarantinedInline,)


@admin.register(Quarantined)
class QuarantinedAdmin(RecordAdmin[Quarantined]):
    """Why rows were refused and where they stood."""

    purpose = _(
        "Rows that were refused, with line and reason. Once the cause is mended, have them tried again."
    )

    list_display = ("quarantined_at", "position", "reason", "field", "person", "resolved_at")
    list_filter = ("reason", "run__source__kind", ("resolved_at", admin.EmptyFieldListFilter))
    fields = ("run", *list_display, "record_id", "version")
    readonly_fields = ("person",)
    search_fields = ("position", "record_id")
    ordering = ("-quarantined_at",)
    actions = ("try_again",)  # type: ignore[assignment]  # the base class has none

    def has_try_again_permission(self, request: HttpRequest) -> bool:
        """Tell whether a colleague may have rows tried again; auditors only look."""
        return request.user.has_perm("records.change_quarantined")

    @admin.action(description=_("Try again by today's rules"), permissions=["try_again"])
    def try_again(self, request: HttpRequest, rows: "QuerySet[Quarantined]") -> None:
        """Reprocess the chosen rows and say what became of them."""
        counts = Counter(tried.outcome for tried in reprocess(_waiting(rows), at=timezone.now()))
        done = sum(counts[outcome] for outcome in (Outcome.APPLIED, Outcome.DUPLICATE, Outcome.SUPERSEDED))
        stay = counts.total() - done
        for row in rows:
            self.log_change(request, row, "Tried again.")
        if done:
            text = ngettext("%(number)d row is resolved.", "%(number)d rows are resolved.", done)
            self.message_user(request, text % {"number": done}, messages.SUCCESS)
        if stay:
            text = ngettext(
                "%(number)d row stays as it is. The column “reason” says why.",
                "%(number)d rows stay as they are. The column “reason” says why.",
                stay,
            )
            self.message_user(request, text % {"number": stay}, messages.WARNING)


def _waiting(rows: "QuerySet[Quarantined]") -> list[UUID]:
    return list(rows.filter(resolved_at__isnull=True).order_by("id").values_list("pk", flat=True))
