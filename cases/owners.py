"""Who has to put a case right: the owner of the reason behind it. Source: docs/domain.md, 9."""

from collections.abc import Sequence

from cases.models import Case
from healthcode.verdict import Reason
from lookup.reason_wording import reason_wording
from lookup.remedies import Owner

# What is the asker's or the subject's own to do, we explain; the community reaches the authority.
_STANDS_IN = {
    Owner.ASKER: Owner.SERVICE,
    Owner.SUBJECT: Owner.SERVICE,
    Owner.AUTHORITY: Owner.COMMUNITY,
}
_OF_KIND = {
    Case.Kind.WRONG_KINSHIP: Case.Owner.REGISTRY,
    Case.Kind.WRONG_ORDER: Case.Owner.COMMUNITY,
    Case.Kind.OTHER: Case.Owner.SERVICE,
}
_OF_RECORD = {
    Case.Record.TEST: Case.Owner.LABORATORY,
    Case.Record.DOSE: Case.Owner.VACCINATION_SITE,
}


def owner_of(kind: Case.Kind, record: Case.Record | None, reasons: Sequence[Reason]) -> Case.Owner:
    """Return who has to put something right; ``reasons`` are the true ones, the first counts."""
    if record is not None:
        return _OF_RECORD[record]
    if kind in _OF_KIND:
        return _OF_KIND[kind]
    return owner_of_reason(reasons[0]) if reasons else Case.Owner.SERVICE


def owner_of_reason(reason: Reason) -> Case.Owner:
    """Return which owner of cases a reason belongs to."""
    owner = reason_wording(reason).owner
    return Case.Owner(_STANDS_IN.get(owner, owner).value)
