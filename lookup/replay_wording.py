"""Why a decision of then is another today, in words for staff."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from lookup.replay import Cause

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_CAUSES: "dict[Cause, _StrPromise]" = {
    Cause.TESTS: _("Other tests are on file"),
    Cause.DOSES: _("Other doses are on file"),
    Cause.ORDERS: _("Other orders are on file"),
    Cause.ALERTS: _("Other alerts are on file"),
    Cause.RECORD_IN_REVIEW: _("A record came into review, or left it"),
    Cause.BIRTH_DATE: _("The registry says another birth date"),
    Cause.FEED_AGES: _("The sources have been read again"),
    Cause.STANDING: _("The person's standing is another"),
    Cause.PROOF: _("The asker proves something else today"),
    Cause.POLICY: _("Another policy is in force"),
    Cause.TIME: _("Time has passed"),
}

_DETAILS: "dict[str, _StrPromise]" = {
    "in_registry": _("in the registry"),
    "died_on": _("death"),
    "registered_at": _("registration"),
    "has_face_reference": _("face on file"),
    "locked": _("lock"),
    "counter": _("test counter"),
    "entry_days": _("entry rule"),
    "alert_1_for": _("alert 1 lasts"),
    "stale_after": _("when data is stale"),
    "face_needed_for_assisted": _("assisted query needs a face on file"),
    "registry": _("registry"),
    "tests": _("tests"),
    "doses": _("doses"),
    "orders": _("orders"),
}


def cause_label(cause: Cause) -> "_StrPromise":
    """Return what has changed, in words."""
    return _CAUSES[cause]


def detail_label(detail: str) -> str:
    """Return a field of standing, policy or data ages in words; one without words as it is."""
    return str(_DETAILS.get(detail, detail))
