"""One-time codes and notices in the admin: whether they were sent, never what they say or to whom."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from identity.admin.read_only import ReadOnlyAdmin
from identity.models import Notice, OneTimeCode


@admin.register(OneTimeCode)
class OneTimeCodeAdmin(ReadOnlyAdmin[OneTimeCode]):
    """The codes of the last day, without mobile number and code."""

    purpose = _("Whether codes were sent, when somebody says that none came. Never what they say.")

    list_display = (
        "created_at",
        "purpose",
        "sent_at",
        "sending_tries",
        "next_try_at",
        "used_at",
        "tries_left",
    )
    list_filter = ("purpose", ("sent_at", admin.EmptyFieldListFilter))
    ordering = ("-id",)
    fields = (*list_display, "language", "expires_at")


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin[Notice]):
    """What accounts were told, by kind; whom it is about is for its recipient alone."""

    purpose = _(
        "What accounts were told and whether it was sent. Whom it is about is for the recipient alone."
    )

    list_display = ("happened_at", "kind", "recipient", "sent_at", "tries", "next_try_at")
    list_filter = ("kind", ("sent_at", admin.EmptyFieldListFilter))
    list_select_related = ("recipient",)
    ordering = ("-id",)
    fields = list_display
