"""The separate consent to the face step: given by an account, good once, for one subject, ten minutes."""

from datetime import datetime, timedelta
from uuid import UUID

from identity.models import User
from lookup.models import Consent

GOOD_FOR = timedelta(minutes=10)


def give(asker: User, subject_key: UUID, *, at: datetime) -> Consent:
    """Note an account's word that a person agrees to having their photo compared.

    Says nothing about whether there is such a person. Source: docs/domain.md, 3.
    """
    return Consent.objects.create(asker=asker, subject_key=subject_key, given_at=at, expires_at=at + GOOD_FOR)


def use(consent_id: UUID, *, asker: User, subject_key: UUID, at: datetime) -> bool:
    """Use a consent up; False if there is none that is this asker's, about this person, fresh and unused."""
    good = Consent.objects.filter(
        id=consent_id, asker=asker, subject_key=subject_key, used_at__isnull=True, expires_at__gt=at
    )
    return good.update(used_at=at) == 1


def forget(*, before: datetime) -> int:
    """Delete consents that expired before an instant; return how many. The audit keeps what came of them."""
    deleted, _ = Consent.objects.filter(expires_at__lt=before).delete()
    return deleted
