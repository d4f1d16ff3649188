"""Who looked: the list for the account's own person or a ward, by days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from itertools import groupby
from typing import TYPE_CHECKING, assert_never

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from civil_time import civil_date
from identity.requests import SignedInRequest
from lookup import own_people
from lookup.access_wording import (
    account_without_person_text,
    asker_label,
    cursor_not_valid_text,
    outcome_text,
    purpose_text,
)
from lookup.own_people import AccountWithoutPerson, NotYours
from lookup.views.own_people import ME, about_in, about_of, choices
from lookup.who_looked import CursorNotValid, Look, Page, page_of
from lookup.wording import door_label

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ROWS = 50


@dataclass(frozen=True, kw_only=True)
class LookLine:
    """A look-up in words."""

    look: Look
    door: "_StrPromise"
    asker: "_StrPromise"
    purpose: "_StrPromise"
    outcome: "_StrPromise"


@dataclass(frozen=True, kw_only=True)
class Day:
    """The look-ups of one Shanghai day."""

    on: date
    lines: tuple[LookLine, ...]


@login_required
@require_safe
def who_looked(request: SignedInRequest) -> HttpResponse:
    """Show the look-ups about one of the account's people; nothing is written by looking at them."""
    at, about = timezone.now(), about_in(request.GET.get("about", ME))
    found = page_of(request.user, about=about, cursor=request.GET.get("cursor", ""), limit=ROWS, at=at)
    mistake = None
    if isinstance(found, CursorNotValid):
        mistake, found = cursor_not_valid_text(), page_of(request.user, about=about, limit=ROWS, at=at)
    match found:
        case Page() as page:
            return _list(request, page, mistake=mistake, at=at)
        case NotYours() | CursorNotValid():
            raise Http404
        case AccountWithoutPerson():
            refusal = {"refusal": account_without_person_text()}
            return render(request, "lookup/who_looked.html", refusal, status=HTTPStatus.FORBIDDEN)
        case outcome:
            assert_never(outcome)


def _list(
    request: SignedInRequest, page: Page, *, mistake: "_StrPromise | None", at: datetime
) -> HttpResponse:
    people = own_people.people_of(request.user, at=at)
    shown = {
        "about": about_of(page.person),
        "page": page,
        "people": () if isinstance(people, AccountWithoutPerson) else choices(people, chosen=page.person),
        "days": _by_day(page.looks),
        "mistake": mistake,
    }
    status = HTTPStatus.OK if mistake is None else HTTPStatus.BAD_REQUEST
    return render(request, "lookup/who_looked.html", shown, status=status)


def _by_day(looks: Iterable[Look]) -> tuple[Day, ...]:
    days = groupby(looks, key=lambda look: civil_date(look.asked_at))
    return tuple(Day(on=on, lines=tuple(_line(look) for look in of_day)) for on, of_day in days)


def _line(look: Look) -> LookLine:
    return LookLine(
        look=look,
        door=door_label(look.door),
        asker=asker_label(look.asker),
        purpose=purpose_text(look.door),
        outcome=outcome_text(look.outcome),
    )
