"""Where else a person stands in the admin: links by the rows' own ids, never by a number."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, Q
from django.urls import reverse

from identity.models import KinshipClaim, User
from lookup.models import AccessLock
from records.models import Alert, ObservationOrder, Quarantined, VaccineDose

_MOST_OF_A_KIND = 20
# Each with its condition; the newest of each first.
_ABOUT: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (User, ("person_id",)),
    (KinshipClaim, ("guardian_key", "ward_key")),
    (AccessLock, ("subject_key",)),
    (ObservationOrder, ("person_key",)),
    (Alert, ("person_key",)),
    (VaccineDose, ("person_key",)),
    (Quarantined, ("person_key",)),
)


@dataclass(frozen=True, kw_only=True)
class Link:
    """One row about the person: what it is, and its page."""

    what: str
    words: str
    address: str


def elsewhere(colleague: User, person_key: UUID) -> Iterator[Link]:
    """Yield links to the rows about a person that a colleague may see."""
    for model, columns in _ABOUT:
        options = model._meta
        if not colleague.has_perm(f"{options.app_label}.view_{options.model_name}"):
            continue
        about = Q()
        for column in columns:
            about |= Q(**{column: person_key})
        rows: Any = model._default_manager.filter(about).order_by("-pk")[:_MOST_OF_A_KIND]
        for row in rows:
            name = f"admin:{options.app_label}_{options.model_name}_change"
            yield Link(
                what=str(options.verbose_name), words=_words(row), address=reverse(name, args=[row.pk])
            )


def _words(row: Any) -> str:
    for name in ("get_kind_display", "get_product_display", "get_reason_display"):
        if hasattr(row, name):
            return str(getattr(row, name)())
    return str(row) if isinstance(row, User) else str(row.pk)[:8] + "…"
