"""What the page of a proposed rule shows: frozen lines, so that no query hides in the template."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from identity.document import DocumentType
from identity.wording import document_type_label
from lookup.admission import Door
from lookup.models import Acknowledgement, DryRun, PolicyProposal, PolicyRevision
from lookup.policies import dry_run
from lookup.policies.cohorts import band_name
from lookup.policies.proposals import newest_run, state_of, unacknowledged, what_is_missing
from lookup.policies.results import Found, Hit, Move, Place, found_by
from lookup.policy_wording import answer_text, missing_text, short_reason, state_text
from lookup.wording import door_label

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

BAR_HEIGHT = 22  # of the picture, in its own units
_BETWEEN = "/"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One value that the proposal changes."""

    name: "str | _StrPromise"
    before: Any
    after: Any


@dataclass(frozen=True, kw_only=True)
class MoveLine:
    """One line of the table of moves, in words."""

    door: "str | _StrPromise"
    before: "str | _StrPromise"
    after: "str | _StrPromise"
    gained: str
    lost: str
    people: str
    shuts_out: bool


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One group in the picture and in the table beneath it; ``y`` is where its bar begins."""

    value: str
    name: str
    people: str
    percent: str
    width: int
    y: int


@dataclass(frozen=True, kw_only=True)
class ProposalPage:
    """Everything on the page."""

    state: "_StrPromise"
    base: str
    differences: tuple[Difference, ...]
    missing: "tuple[_StrPromise, ...]"
    running: DryRun | None
    run: DryRun | None
    moves: tuple[MoveLine, ...]
    groups: tuple[Bar, ...]
    districts: tuple[Bar, ...]
    waiting: tuple[Bar, ...]
    given: tuple[tuple[str, Acknowledgement], ...]

    @property
    def picture_height(self) -> int:
        return BAR_HEIGHT * len(self.groups)


def proposal_page(proposal: PolicyProposal, *, by: UUID, at: datetime) -> ProposalPage:
    """Return the page of a proposal as a colleague sees it."""
    base, run = dry_run.base_of(proposal), newest_run(proposal)
    found = Found(moves=(), hits=(), places=(), to_acknowledge=()) if run is None else found_by(run)
    refused = what_is_missing(proposal, by=by, at=at) if proposal.is_open else None
    return ProposalPage(
        state=state_text(state_of(proposal, at=at)),
        base=base.name,
        differences=tuple(_differences(proposal, base=base.name)),
        missing=tuple(missing_text(what) for what in refused.missing) if refused else (),
        running=proposal.dry_runs.filter(finished_at__isnull=True).first(),
        run=run,
        moves=tuple(_move_line(move) for move in found.moves),
        groups=_bars(found.hits),
        districts=_bars(found.places),
        waiting=() if run is None or proposal.withdrawn_at else _bars(unacknowledged(run)),
        given=() if run is None else _given(run),
    )


def acknowledged_in(values: Sequence[str]) -> frozenset[tuple[str, int, str]]:
    """Return the groups that a form names; what is no group is left out."""
    named = (value.split(_BETWEEN) for value in values)
    return frozenset(
        (parts[0], int(parts[1]), parts[2]) for parts in named if len(parts) == 3 and parts[1].isdecimal()
    )


def _differences(proposal: PolicyProposal, *, base: str) -> Iterable[Difference]:
    before = PolicyRevision.objects.get(name=base)
    for name in PolicyRevision.value_names():
        values = getattr(before, name), getattr(proposal, name)
        if values[0] != values[1]:
            field = PolicyRevision._meta.get_field(name)
            yield Difference(name=field.verbose_name, before=values[0], after=values[1])  # type: ignore[union-attr]


def _move_line(move: Move) -> MoveLine:
    return MoveLine(
        door=door_label(Door(move.door)),
        before=answer_text(move.before),
        after=answer_text(move.after),
        gained=_reasons(move.gained),
        lost=_reasons(move.lost),
        people=move.shown,
        shuts_out=move.shuts_out,
    )


def _reasons(column: str) -> str:
    return ", ".join(str(short_reason(reason)) for reason in dry_run.reasons_in(column))


def _bars(rows: Sequence[Hit | Place]) -> tuple[Bar, ...]:
    return tuple(_bar(row, place) for place, row in enumerate(rows))


def _bar(row: Hit | Place, place: int) -> Bar:
    # A percentage of a masked number would give the number away.
    is_masked = row.shown.startswith("<")
    return Bar(
        value=_BETWEEN.join(str(part) for part in row.key) if isinstance(row, Hit) else "",
        name=_name(*row.key)
        if isinstance(row, Hit)
        else f"{door_label(Door(row.door))} · {row.district or '-'}",
        people=row.shown,
        percent="-" if is_masked else f"{row.percent:.1f} %",
        width=0 if is_masked else max(1, round(row.percent)),
        y=place * BAR_HEIGHT,
    )


def _name(door: str, age_from: int, document_type: str) -> str:
    parts = door_label(Door(door)), band_name(age_from), document_type_label(DocumentType(document_type))
    return " · ".join(str(part) for part in parts)


def _given(run: DryRun) -> tuple[tuple[str, Acknowledgement], ...]:
    rows = run.acknowledgements.select_related("given_by").order_by("given_at")
    return tuple((_name(row.door, row.age_from, row.document_type), row) for row in rows)
