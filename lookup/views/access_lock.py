"""The lock: how it stands for each of the account's people, and a page that asks before it changes."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import assert_never

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from identity.requests import SignedInRequest
from identity.views.see_other import SeeOther
from lookup import access_lock
from lookup.access_lock import LockState
from lookup.access_wording import account_without_person_text, what_a_lock_does, what_a_lock_does_not
from lookup.own_people import AccountWithoutPerson, NotYours
from lookup.views.own_people import ME, about_in, about_of


@dataclass(frozen=True, kw_only=True)
class LockLine:
    """The state for one person, and where it is changed."""

    state: LockState
    about: str


@login_required
@require_safe
def locks(request: SignedInRequest) -> HttpResponse:
    """Show the lock of each person for whom the account may speak."""
    states = access_lock.state_of(request.user, at=timezone.now())
    if isinstance(states, AccountWithoutPerson):
        return _nobody(request)
    lines = [LockLine(state=state, about=about_of(state.person)) for state in states]
    return render(request, "lookup/access_lock.html", {"lines": lines, **_in_words()})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: SignedInRequest, about: str) -> HttpResponse:
    """Ask before the lock of one person changes; on POST change it and lead back to the list."""
    if request.method == "POST":
        return _change(request, about)
    states = access_lock.state_of(request.user, at=timezone.now())
    if isinstance(states, AccountWithoutPerson):
        return _nobody(request)
    kinship_id = about_in(about)
    state = next((state for state in states if state.person.kinship_id == kinship_id), None)
    if state is None:
        raise Http404
    return render(request, "lookup/access_lock_confirm.html", {"state": state, **_in_words()})


def _change(request: SignedInRequest, about: str) -> HttpResponse:
    match request.POST.get("change"):
        case "close":
            use_case = access_lock.close
        case "open":
            use_case = access_lock.open_again
        case _:
            return SeeOther(reverse("lock", args=[about_in(about) or ME]))
    match use_case(request.user, about=about_in(about), at=timezone.now()):
        case LockState():
            return SeeOther(reverse("locks"))
        case NotYours():
            raise Http404
        case AccountWithoutPerson():
            return _nobody(request)
        case outcome:
            assert_never(outcome)


def _nobody(request: SignedInRequest) -> HttpResponse:
    refusal = {"refusal": account_without_person_text()}
    return render(request, "lookup/access_lock.html", refusal, status=HTTPStatus.FORBIDDEN)


def _in_words() -> dict[str, object]:
    return {"does": what_a_lock_does(), "does_not": what_a_lock_does_not()}
