"""A floor under the answer time where askers without proof ask, so that time tells them nothing.

All branches do the same work; what differences remain vanish below the floor. Kin, own code and devices
never wait. Source: docs/security.md, 4.
"""

from time import monotonic, sleep

from django.conf import settings


def hold(started: float, *, proof_is_kin: bool) -> None:
    """Sleep until UNPROVEN_ANSWER_FLOOR_S seconds after ``started``, a reading of time.monotonic().

    To be called outside any transaction, after all work that depends on the person asked about.
    """
    if proof_is_kin:
        return
    left = settings.UNPROVEN_ANSWER_FLOOR_S - (monotonic() - started)
    if left > 0:
        sleep(left)
