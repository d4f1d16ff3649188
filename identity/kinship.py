"""Who may speak for whom, judged at the moment of asking."""

from datetime import datetime
from uuid import UUID

from identity.models import Kinship


def is_verified(*, guardian_key: UUID, ward_key: UUID, at: datetime) -> bool:
    """Tell whether the one is a verified guardian of the other at an instant."""
    return Kinship.objects.in_force(at).between(guardian_key, ward_key).exists()
