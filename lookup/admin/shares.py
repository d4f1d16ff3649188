"""Jumps of shares in the admin: what is suddenly said so often, what began since, and who looks into it."""

from typing import cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from identity.admin.read_only import ReadOnlyAdmin
from identity.models import User
from lookup.admission import Door
from lookup.models import Release, ShareAlert
from lookup.policies.cohorts import band_name
from lookup.policy_wording import short_reason
from lookup.wording import door_label


@admin.register(ShareAlert)
class ShareAlertAdmin(ReadOnlyAdmin[ShareAlert]):
    """Each jump stands until a colleague puts a name to it."""

    actions = ("acknowledge",)  # type: ignore[assignment]  # the base class has none
    list_display = (
        "raised_at",
        "door_shown",
        "ages",
        "reason_shown",
        "share",
        "share_before",
        "policy",
        "release",
        "acknowledged_by",
    )
    list_filter = (("acknowledged_at", admin.EmptyFieldListFilter), "door")
    list_select_related = ("acknowledged_by",)
    fields = (
        "raised_at",
        "door_shown",
        "ages",
        "reason_shown",
        "share",
        "share_before",
        "compared_from",
        "compared_until",
        "policy",
        "release",
        "acknowledged_at",
        "acknowledged_by",
    )

    @admin.display(description=_("door"))
    def door_shown(self, alert: ShareAlert) -> str:
        return str(door_label(Door(alert.door)))

    @admin.display(description=_("age"))
    def ages(self, alert: ShareAlert) -> str:
        return str(_("all ages")) if alert.age_from is None else band_name(alert.age_from)

    @admin.display(description=_("reason"))
    def reason_shown(self, alert: ShareAlert) -> str:
        return str(short_reason(alert.reason))

    @admin.display(description=_("share now"))
    def share(self, alert: ShareAlert) -> str:
        return f"{alert.percent:.1f} % ({alert.given}/{alert.answers})"

    @admin.display(description=_("share a week before"))
    def share_before(self, alert: ShareAlert) -> str:
        return f"{alert.percent_before:.1f} % ({alert.given_before}/{alert.answers_before})"

    def has_acknowledge_permission(self, request: HttpRequest) -> bool:
        """Tell whether a colleague may put their name to an alert; auditors only look."""
        return request.user.has_perm("lookup.change_sharealert")

    @admin.action(description=_("Acknowledge: I am looking into it"), permissions=["acknowledge"])
    def acknowledge(self, request: HttpRequest, alerts: "QuerySet[ShareAlert]") -> None:
        """Put the colleague's name to the chosen alerts; whoever was first stays."""
        colleague, at, done = cast("User", request.user), timezone.now(), 0
        for alert in alerts:
            new = ShareAlert.objects.filter(pk=alert.pk, acknowledged_at__isnull=True)
            if new.update(acknowledged_at=at, acknowledged_by=colleague):
                self.log_change(request, alert, "Acknowledged.")
                done += 1
        text = ngettext("%(number)d jump acknowledged.", "%(number)d jumps acknowledged.", done)
        self.message_user(request, text % {"number": done}, messages.SUCCESS)


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin[Release]):
    """Which release was first seen when."""

    list_display = ("name", "first_seen_at")
