"""What beat asks for: messages sent, codes and failed tries forgotten. No task takes anything personal."""

from datetime import timedelta

import structlog
from celery import shared_task
from django.utils import timezone

from identity import lock_out, one_time_codes, outbox, proof_attempts

CODES_KEPT_FOR = timedelta(days=1)
"""After they have expired; the limit of a day needs them until midnight."""
ATTEMPTS_KEPT_FOR = timedelta(days=7)
_log = structlog.get_logger(__name__)


@shared_task(name="identity.tasks.send_notices")
def send_notices() -> None:
    """Hand over the codes and notices that are due; what is left after that, the next beat sends."""
    drained = outbox.drain(timezone.now)
    if drained.sent or drained.failed:
        _log.info("messages_handed_over", sent=drained.sent, failed=drained.failed)


@shared_task(name="identity.tasks.forget_codes")
def forget_codes() -> None:
    """Delete expired codes, failed proofs of identity, and failed tries to sign in."""
    now = timezone.now()
    one_time_codes.forget(before=now - CODES_KEPT_FOR)
    proof_attempts.forget(before=now - ATTEMPTS_KEPT_FOR)
    lock_out.forget(before=now - ATTEMPTS_KEPT_FOR)
