"""People on the admin's first page: the claims that wait for a reviewer."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from identity.admin.panels import Panel, Row
from identity.models import Kinship, KinshipClaim, User


def panels(colleague: User, *, at: datetime) -> Iterator[Panel]:
    """Yield the panels of people and kinship that a colleague may see."""
    if colleague.has_perm("identity.view_kinshipclaim") and colleague.has_perm("identity.view_kinship"):
        yield Panel(
            title=_("Kinship"),
            address=reverse("admin:identity_kinshipclaim_changelist"),
            rows=(_claims(), _disputes()),
        )


def _claims() -> Row:
    waiting = KinshipClaim.objects.filter(state=KinshipClaim.State.WAITING).order_by("id")
    oldest, number = waiting.first(), waiting.count()
    value = str(number)
    if oldest is not None:
        since = date_format(localtime(oldest.claimed_at), "SHORT_DATETIME_FORMAT")
        value = _now("%(number)d, the oldest since %(since)s") % {"number": number, "since": since}
    address = reverse("admin:identity_kinshipclaim_changelist")
    return Row(name=_("Claims to review"), value=value, address=address, is_urgent=number > 0)


def _disputes() -> Row:
    disputed = Kinship.objects.filter(end=Kinship.End.DISPUTED).count()
    address = reverse("admin:identity_kinship_changelist") + f"?end__exact={Kinship.End.DISPUTED}"
    return Row(name=_("Disputes to decide"), value=str(disputed), address=address, is_urgent=disputed > 0)
