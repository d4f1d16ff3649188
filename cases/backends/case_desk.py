"""The desk of this project: answers become rows of `cases`."""

from datetime import datetime
from uuid import UUID

from identity.models import User
from lookup.case_desk import CaseOffer, Filed, NoSuchAnswer, TooManyCases


class CaseDesk:
    """Files cases in this database."""

    def beside(self, asker: User, lookup_id: UUID) -> CaseOffer:
        """Return what to show beside an account's own answer."""
        raise NotImplementedError

    def file(self, asker: User, lookup_id: UUID, *, at: datetime) -> Filed | NoSuchAnswer | TooManyCases:
        """File a case about an unknown or unconfirmed answer, with its trace."""
        raise NotImplementedError
