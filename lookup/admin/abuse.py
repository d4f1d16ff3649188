"""Signs of abuse in the admin: seen, and acknowledged by a named colleague."""

from typing import cast

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from identity.admin.read_only import ReadOnlyAdmin
from identity.models import User
from lookup.models import AbuseAlert, Lookup

_ACCOUNTS_SHOWN = 50


@admin.register(AbuseAlert)
class AbuseAlertAdmin(ReadOnlyAdmin[AbuseAlert]):
    """Prefixes of numbers that somebody walks through, one row a day for each; counted on until midnight.

    The prefix itself stands nowhere: only its key is stored.
    """

    purpose = _("Numbers that somebody tries one by one. Look into each, and put your name to it.")

    actions = ("acknowledge",)  # type: ignore[assignment]  # the base class has none
    list_display = (
        "raised_at",
        "kind",
        "prefix_shown",
        "numbers",
        "accounts",
        "acknowledged_at",
        "acknowledged_by",
    )
    list_filter = (("acknowledged_at", admin.EmptyFieldListFilter), "kind")
    list_select_related = ("acknowledged_by",)
    ordering = ("-id",)
    fields = (
        "raised_at",
        "kind",
        "prefix_shown",
        "numbers",
        "accounts",
        "accounts_shown",
        "acknowledged_at",
        "acknowledged_by",
    )

    @admin.display(description=_("prefix"))
    def prefix_shown(self, alert: AbuseAlert) -> str:
        """Return enough of the prefix's key to tell prefixes apart."""
        return f"{str(alert.prefix_key)[:8]}…"

    @admin.display(description=_("failing numbers by account"))
    def accounts_shown(self, alert: AbuseAlert) -> SafeString | str:
        """Return who failed at the prefix on that day, most numbers first, with links to the accounts."""
        failed = Lookup.objects.on_days(alert.raised_on, alert.raised_on).without_proof().failed()
        by_account = (
            failed.filter(prefix_key=alert.prefix_key, asker__isnull=False)
            .values_list("asker_id")
            .annotate(numbers=Count("subject_key", distinct=True))
            .order_by("-numbers", "asker_id")
        )
        counts = dict(by_account[:_ACCOUNTS_SHOWN])
        accounts = User.objects.in_bulk(counts)
        rows = ((_address(pk), accounts[pk], counts[pk]) for pk in counts if pk in accounts)
        return format_html_join("", '<p><a href="{}">{}</a>: {}</p>', rows) or "-"

    def has_acknowledge_permission(self, request: HttpRequest) -> bool:
        """Tell whether a colleague may put their name to an alert; auditors only look."""
        return request.user.has_perm("lookup.change_abusealert")

    @admin.action(description=_("Acknowledge: I am looking into it"), permissions=["acknowledge"])
    def acknowledge(self, request: HttpRequest, alerts: "QuerySet[AbuseAlert]") -> None:
        """Put the colleague's name to the chosen alerts; whoever was first stays."""
        colleague, at, done = cast("User", request.user), timezone.now(), 0
        for alert in alerts:
            new = AbuseAlert.objects.filter(pk=alert.pk, acknowledged_at__isnull=True)
            if new.update(acknowledged_at=at, acknowledged_by=colleague):
                self.log_change(request, alert, "Acknowledged.")
                done += 1
        text = ngettext(
            "%(number)d sign of abuse acknowledged.", "%(number)d signs of abuse acknowledged.", done
        )
        self.message_user(request, text % {"number": done}, messages.SUCCESS)


def _address(account_id: object) -> str:
    return reverse("admin:identity_user_change", args=[account_id])
