"""The outbox: one-time codes and notices that wait to be sent are rows, and a scheduled task hands them over.

Each row is locked while it is handed over, and others pass by: two workers never send one twice. A
worker that dies between handing over and writing it down sends it again, which is the lesser evil.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation

from identity import notices, one_time_codes
from identity.keyring import sealing_ring
from identity.models import Notice, OneTimeCode, mobile_context
from identity.notifier import notifier
from identity.sealed import SealBroken

MOST_A_RUN = 200
MOST_FAILURES_A_RUN = 3
"""After so many in one run the carrier counts as away; the rest waits for the next run."""
MOST_CODE_TRIES, MOST_NOTICE_TRIES = 6, 12
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)

_log = structlog.get_logger(__name__)
Row = TypeVar("Row", OneTimeCode, Notice)


@dataclass(frozen=True, kw_only=True)
class Drained:
    """What came of one run."""

    sent: int
    failed: int


def drain(at: Callable[[], datetime]) -> Drained:
    """Send what is due, codes first since somebody waits for them; ``at`` is asked before each row."""
    sent = failed = 0
    for send_next in (_send_next_code, _send_next_notice):
        while sent + failed < MOST_A_RUN and failed < MOST_FAILURES_A_RUN:
            was_sent = send_next(at())
            if was_sent is None:
                break
            sent, failed = sent + was_sent, failed + (not was_sent)
    return Drained(sent=sent, failed=failed)


def _send_next_code(at: datetime) -> bool | None:
    """Send the next code; False if the carrier did not take it, None if none is due. Never an expired one."""
    newer = OneTimeCode.objects.filter(
        mobile_key=OuterRef("mobile_key"), purpose=OuterRef("purpose"), created_at__gt=OuterRef("created_at")
    )
    # Only the newest is good, so a former one that comes late would be typed in vain.
    due = OneTimeCode.objects.filter(~Exists(newer), expires_at__gt=at, sending_tries__lt=MOST_CODE_TRIES)
    with transaction.atomic():
        code = _next(due, at)
        if code is None:
            return None
        with translation.override(code.language):
            was_sent = _hand_over(lambda: (one_time_codes.mobile_of(code), one_time_codes.text_of(code)))
        tries = code.sending_tries + 1
        mine = OneTimeCode.objects.filter(id=code.id)
        mine.update(sending_tries=tries, **_came_of_it(was_sent, tries=tries, at=at))
    return was_sent


def _send_next_notice(at: datetime) -> bool | None:
    """Send the next notice, as ``_send_next_code``; those of accounts that are switched off stay unsent."""
    due = Notice.objects.filter(recipient__is_active=True, tries__lt=MOST_NOTICE_TRIES)
    with transaction.atomic():
        notice = _next(due.select_related("recipient"), at)
        if notice is None:
            return None
        # An account has no language of its own.
        with translation.override(settings.LANGUAGE_CODE):
            was_sent = _hand_over(lambda: (_mobile_of(notice), notices.text_of(notice)))
        tries = notice.tries + 1
        mine = Notice.objects.filter(id=notice.id)
        mine.update(tries=tries, **_came_of_it(was_sent, tries=tries, at=at))
    return was_sent


def _next(due: "QuerySet[Row]", at: datetime) -> Row | None:
    waiting = due.filter(sent_at__isnull=True, next_try_at__lte=at).order_by("next_try_at")
    return waiting.select_for_update(skip_locked=True, of=("self",)).first()


def _mobile_of(notice: Notice) -> str:
    user = notice.recipient
    return sealing_ring().unseal(bytes(user.mobile_sealed), context=mobile_context(user.id))


def _hand_over(message: Callable[[], tuple[str, str]]) -> bool:
    try:
        mobile, text = message()
        notifier().send(mobile, text)
    except (OSError, SealBroken) as error:
        # The kind alone: what a carrier's client says of its request may hold number and text.
        _log.warning("message_not_handed_over", error=type(error).__name__)
        return False
    return True


def _came_of_it(was_sent: bool, *, tries: int, at: datetime) -> dict[str, datetime]:
    if was_sent:
        return {"sent_at": at}
    return {"next_try_at": at + min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (tries - 1))}
