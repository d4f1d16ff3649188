"""The port to whoever takes up what an answer left open: cases live above look-ups."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from identity.models import User


@dataclass(frozen=True, kw_only=True)
class CaseOffer:
    """What stands beside an answer: the asker's own open case about that person, and where to write one."""

    number: str | None
    """Such as HK-2026-000123-K; of the asker's own case alone, so it says nothing about the person."""
    address: str | None
    form_address: str
    known_number: str | None = None
    """Of a case that is open for everybody whom this happened to; for kin alone, who may know the reason."""
    watch_address: str = ""
    is_watched: bool = False
    """Whether the account is told when there is something new; of its own watch alone."""


@dataclass(frozen=True, kw_only=True)
class Filed:
    """A case that is open now: filed by this call, or by a former one."""

    number: str
    address: str
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class NoSuchAnswer:
    """No answer of the account's own has this id."""


@dataclass(frozen=True, kw_only=True)
class TooManyCases:
    """The account has filed as many cases as a day may have."""

    again_at: datetime


@dataclass(frozen=True, kw_only=True)
class NeedsWords:
    """The answer is known, so the asker has to say on a form what is wrong with it."""

    form_address: str


class CaseDesk(Protocol):
    """Takes up answers. Knows an answer by the id of its audit row."""

    def beside(self, asker: User, lookup_id: UUID) -> CaseOffer:
        """Return what to show beside an account's own answer."""
        ...

    def file(
        self, asker: User, lookup_id: UUID, *, at: datetime
    ) -> Filed | NeedsWords | NoSuchAnswer | TooManyCases:
        """File a case about an unknown or unconfirmed answer, with its trace; often called, filed once."""
        ...


@lru_cache(maxsize=1)
def case_desk() -> CaseDesk:
    """Return this deployment's desk, from CASE_DESK."""
    made: CaseDesk = import_string(settings.CASE_DESK)()
    return made
