"""My people: the list, a new claim, confirming one about oneself, and the word against one."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from math import ceil
from typing import assert_never
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from civil_time import civil_date
from identity import claim_review, claims, kinship_wording, relations
from identity.claim_review import KindDoesNotFit, TooManyGuardians
from identity.claims import (
    AlreadyClaimed,
    Claimed,
    NotVerified,
    NotWaiting,
    OwnDocument,
    TooManyClaims,
    TooManyWards,
)
from identity.kinship import NotYours, UnderAge
from identity.kinship_forms import ClaimForm
from identity.models import Kinship
from identity.relations import OtherGuardian, Relation, RelationState, Role
from identity.requests import SignedInRequest
from identity.views.notices import id_or_none
from identity.views.see_other import SeeOther

_ROWS = 50


@dataclass(frozen=True, kw_only=True)
class Card:
    """One relation with its words, as the page shows it."""

    relation: Relation
    state: str
    kind: str
    evidence: str
    next_steps: tuple[str, ...]
    others: tuple["OtherLine", ...]


@dataclass(frozen=True, kw_only=True)
class OtherLine:
    """Another guardian of the same ward, with their words."""

    other: OtherGuardian
    state: str
    kind: str


@login_required
@require_safe
def wards(request: SignedInRequest) -> HttpResponse:
    """Show whom the account speaks for, who speaks for it, and what waits."""
    before = id_or_none(request.GET.get("before", ""))
    rows = relations.page_of(request.user, before=before, limit=_ROWS + 1, at=timezone.now())
    cards = [card_of(row) for row in rows[:_ROWS]]
    page = {
        "mine": [card for card in cards if _is_current(card, Role.GUARDIAN)],
        "for_me": [card for card in cards if _is_current(card, Role.WARD)],
        "over": [card for card in cards if card.relation.state in _OVER],
        "older": rows[_ROWS - 1].id if len(rows) > _ROWS else None,
        "refusal": None if request.user.person_id else kinship_wording.claimant_not_verified_text(),
    }
    return render(request, "identity/wards.html", page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim_ward(request: SignedInRequest) -> HttpResponse:
    """Ask to speak for somebody; whatever was wrong stands beside the field."""
    at = timezone.now()
    if request.method != "POST":
        return _claim_page(request, ClaimForm(today=civil_date(at)))
    form = ClaimForm(request.POST, today=civil_date(at))
    if not form.is_valid():
        return _claim_page(request, form, status=HTTPStatus.BAD_REQUEST)
    match claims.claim(request.user, form.request, at=at):
        case Claimed() | AlreadyClaimed():
            return SeeOther(reverse("wards"))
        case OwnDocument():
            form.add_error("document_number", str(kinship_wording.own_document_text()))
            return _claim_page(request, form, status=HTTPStatus.BAD_REQUEST)
        case NotVerified():
            form.add_error(None, str(kinship_wording.claimant_not_verified_text()))
            return _claim_page(request, form, status=HTTPStatus.CONFLICT)
        case TooManyWards():
            form.add_error(None, kinship_wording.too_many_wards_text())
            return _claim_page(request, form, status=HTTPStatus.CONFLICT)
        case TooManyClaims() as spent:
            return _too_many_claims(request, form, spent, at=at)
        case outcome:
            assert_never(outcome)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_ward(request: SignedInRequest, relation_id: UUID) -> HttpResponse:
    """Let an adult confirm that somebody may speak for them: what it means first, then their word."""
    at = timezone.now()
    relation = relations.find(request.user, relation_id, at=at)
    if isinstance(relation, NotYours):
        raise Http404
    if not relation.may_confirm:
        return SeeOther(reverse("wards"))
    if request.method != "POST":
        return _question_page(request, "confirm", relation)
    match claim_review.confirm(request.user, relation_id, at=at):
        case Kinship() | NotWaiting():
            return SeeOther(reverse("wards"))
        case NotYours():
            raise Http404
        case KindDoesNotFit():
            return _question_page(request, "confirm", relation, str(kinship_wording.kind_does_not_fit_text()))
        case TooManyGuardians():
            return _question_page(request, "confirm", relation, kinship_wording.too_many_guardians_text())
        case outcome:
            assert_never(outcome)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end_ward(request: SignedInRequest, relation_id: UUID) -> HttpResponse:
    """End, take back, decline or dispute: what comes of it first, then the word itself."""
    at = timezone.now()
    if request.method != "POST":
        found = _to_be_ended(request, relation_id, at=at)
        if isinstance(found, Relation) and not found.may_end:
            return SeeOther(reverse("wards"))
        return _question_page(request, "end", found)
    match relations.end(request.user, relation_id, at=at):
        case RelationState():
            return SeeOther(reverse("wards"))
        case UnderAge():
            relation = _to_be_ended(request, relation_id, at=at)
            return _question_page(request, "end", relation, str(kinship_wording.under_age_text()))
        case NotYours():
            raise Http404
        case outcome:
            assert_never(outcome)


def card_of(relation: Relation) -> Card:
    """Return a relation with its words."""
    return Card(
        relation=relation,
        state=str(kinship_wording.state_label(relation.state)),
        kind=str(relation.kind.label),
        evidence=str(kinship_wording.evidence_label(relation.evidence)),
        next_steps=tuple(str(step) for step in kinship_wording.next_steps(relation)),
        others=tuple(_other_line(other) for other in relation.others),
    )


def _other_line(other: OtherGuardian) -> OtherLine:
    return OtherLine(
        other=other, state=str(kinship_wording.state_label(other.state)), kind=str(other.kind.label)
    )


_OVER = (RelationState.ENDED, RelationState.REFUSED)


def _is_current(card: Card, role: Role) -> bool:
    return card.relation.role is role and card.relation.state not in _OVER


def _claim_page(
    request: SignedInRequest, form: ClaimForm, *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    return render(request, "identity/wards_claim.html", {"form": form}, status=status)


def _too_many_claims(
    request: SignedInRequest, form: ClaimForm, spent: TooManyClaims, *, at: datetime
) -> HttpResponse:
    form.add_error(None, str(kinship_wording.too_many_claims_text()))
    response = _claim_page(request, form, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(ceil((spent.again_at - at).total_seconds()))
    return response


def _to_be_ended(request: SignedInRequest, relation_id: UUID, *, at: datetime) -> Relation | OtherGuardian:
    relation = relations.find(request.user, relation_id, at=at)
    found = (
        relation if isinstance(relation, Relation) else relations.find_other(request.user, relation_id, at=at)
    )
    if isinstance(found, NotYours):
        raise Http404
    return found


def _question_page(
    request: SignedInRequest, verb: str, about: Relation | OtherGuardian, refusal: str = ""
) -> HttpResponse:
    """Show what a word would mean; with a refusal, why it does not count, and say 409."""
    page = {
        "about": about,
        "kind": str(about.kind.label),
        "question": kinship_wording.end_question(about),
        "refusal": refusal,
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, f"identity/wards_{verb}.html", page, status=status)
