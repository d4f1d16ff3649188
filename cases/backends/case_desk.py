"""The desk of this project: answers become rows of `cases`."""

from datetime import datetime
from typing import assert_never
from uuid import UUID

from django.urls import reverse

from cases import filing, shown, watching
from cases.allowance import TooMuchToday
from cases.filing import CaseFiled, Complaint, KindDoesNotFit
from cases.models import Case
from identity.models import User
from lookup.admission import Proof
from lookup.case_desk import CaseOffer, Filed, NeedsWords, NoSuchAnswer, TooManyCases
from lookup.models import Lookup
from lookup.shown_again import NotYours


class CaseDesk:
    """Files cases in this database."""

    def beside(self, asker: User, lookup_id: UUID) -> CaseOffer:
        """Return what to show beside an account's own answer."""
        row = Lookup.objects.with_id(lookup_id).asked_by(asker.id).first()
        case = None if row is None else shown.open_about(asker, row.subject_key)
        known = None if row is None or not Proof(row.proof).is_kin else shown.open_for_all(row)
        return CaseOffer(
            known_number=None if known is None else known.number,
            number=None if case is None else case.number,
            address=None if case is None else _address(case),
            form_address=reverse("case-form", args=[lookup_id]),
            watch_address=reverse("watch-answer", args=[lookup_id]),
            is_watched=row is not None and watching.is_watched(asker, row),
        )

    def file(
        self, asker: User, lookup_id: UUID, *, at: datetime
    ) -> Filed | NeedsWords | NoSuchAnswer | TooManyCases:
        """File a case about an unknown or unconfirmed answer, with its trace."""
        complaint = Complaint(kind=Case.Kind.STATUS_UNKNOWN)
        match filing.file(asker, lookup_id, complaint, at=at):
            case CaseFiled(case=case, is_new=is_new):
                return Filed(number=case.number, address=_address(case), is_new=is_new)
            case NotYours():
                return NoSuchAnswer()
            case KindDoesNotFit():
                return NeedsWords(form_address=reverse("case-form", args=[lookup_id]))
            case TooMuchToday(again_at=again_at):
                return TooManyCases(again_at=again_at)
            case never:
                assert_never(never)


def _address(case: Case) -> str:
    return reverse("case", args=[case.number])
