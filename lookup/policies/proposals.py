"""How a rule comes into force: proposed, dry run, acknowledged, approved by a second colleague.

The one way in. An emergency waives the notice and the dry run beforehand, and nothing else; its dry run
follows by itself. Source: docs/domain.md, 5, "How a rule comes into force".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from lookup.models import Acknowledgement, DryRun, PolicyProposal, PolicyRevision
from lookup.models.proposals import policy_name
from lookup.policies import dry_run
from lookup.policies.results import Hit, found_by

NOTICE = timedelta(hours=48)
DRY_RUN_HOLDS_FOR = timedelta(days=7)
SHORTEST_TEXT = 10  # characters; what will be done for people takes a few words


class State(StrEnum):
    """Where a proposal stands."""

    DRAFTED = "DRAFTED"
    DRY_RUN = "DRY_RUN"
    APPROVED = "APPROVED"
    IN_FORCE = "IN_FORCE"
    REPLACED = "REPLACED"
    WITHDRAWN = "WITHDRAWN"


class Missing(StrEnum):
    """What still stands between a proposal and its approval."""

    NOT_OPEN = "NOT_OPEN"
    OWN_PROPOSAL = "OWN_PROPOSAL"
    TOO_LATE = "TOO_LATE"
    TOO_LITTLE_NOTICE = "TOO_LITTLE_NOTICE"
    BEGINNING_TAKEN = "BEGINNING_TAKEN"
    NO_DRY_RUN = "NO_DRY_RUN"
    DRY_RUN_OUTDATED = "DRY_RUN_OUTDATED"
    GROUPS_UNACKNOWLEDGED = "GROUPS_UNACKNOWLEDGED"


@dataclass(frozen=True, kw_only=True)
class NotApproved:
    """The proposal stays as it is; ``groups`` are those that nobody has acknowledged."""

    missing: tuple[Missing, ...]
    groups: tuple[Hit, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Approved:
    """The proposal is a policy now, in force from its beginning on."""

    revision: PolicyRevision


@dataclass(frozen=True, kw_only=True)
class NotAcknowledged:
    """The text says too little, or the proposal is no longer open to it."""


@dataclass(frozen=True, kw_only=True)
class NotOpen:
    """The proposal was approved or withdrawn; nothing was changed."""


def state_of(proposal: PolicyProposal, *, at: datetime) -> State:
    """Return where a proposal stands at an instant."""
    if proposal.withdrawn_at is not None:
        return State.WITHDRAWN
    if proposal.approved_at is None:
        return State.DRAFTED if newest_run(proposal) is None else State.DRY_RUN
    if proposal.in_force_from > at:
        return State.APPROVED
    newest = PolicyRevision.objects.filter(in_force_from__lte=at).order_by("-in_force_from").first()
    return State.IN_FORCE if newest and newest.pk == proposal.revision_id else State.REPLACED


def newest_run(proposal: PolicyProposal) -> DryRun | None:
    """Return the newest finished dry run."""
    return proposal.dry_runs.filter(finished_at__isnull=False).order_by("-begun_at", "-pk").first()


def unacknowledged(run: DryRun) -> tuple[Hit, ...]:
    """Return the groups of a finished run that are shut out and that nobody has put their name to."""
    given = set(run.acknowledgements.values_list("door", "age_from", "document_type"))
    return tuple(hit for hit in found_by(run).to_acknowledge if hit.key not in given)


def acknowledge(
    run: DryRun, hit: Hit, *, text: str, by: UUID, at: datetime
) -> Acknowledgement | NotAcknowledged:
    """Put a colleague's name to a group that will be shut out, with what will be done for it.

    Also after an emergency has come into force. Whoever was first stays.
    """
    text = text.strip()
    newest = newest_run(run.proposal)
    if len(text) < SHORTEST_TEXT or run.proposal.withdrawn_at or newest is None or newest.pk != run.pk:
        return NotAcknowledged()
    given, _is_new = Acknowledgement.objects.get_or_create(
        dry_run=run,
        door=hit.door,
        age_from=hit.age_from,
        document_type=hit.document_type,
        defaults={"text": text, "given_by_id": by, "given_at": at},
    )
    return given


def what_is_missing(proposal: PolicyProposal, *, by: UUID, at: datetime) -> NotApproved | None:
    """Return what keeps a colleague from approving a proposal now, or None if nothing does."""
    missing, groups = [], tuple[Hit, ...]()
    if not proposal.is_open:
        missing.append(Missing.NOT_OPEN)
    if proposal.made_by_id == by:
        missing.append(Missing.OWN_PROPOSAL)
    if proposal.in_force_from <= at:
        missing.append(Missing.TOO_LATE)
    if PolicyRevision.objects.filter(in_force_from=proposal.in_force_from).exists():
        missing.append(Missing.BEGINNING_TAKEN)
    if not proposal.is_emergency:
        if at < proposal.in_force_from < at + NOTICE:
            missing.append(Missing.TOO_LITTLE_NOTICE)
        run = newest_run(proposal)
        if run is None or run.begun_at is None:
            missing.append(Missing.NO_DRY_RUN)
        else:
            if _is_outdated(run, run.begun_at, at=at):
                missing.append(Missing.DRY_RUN_OUTDATED)
            groups = unacknowledged(run)
            if groups:
                missing.append(Missing.GROUPS_UNACKNOWLEDGED)
    return NotApproved(missing=tuple(missing), groups=groups) if missing else None


def approve(proposal_id: UUID, *, by: UUID, at: datetime) -> Approved | NotApproved:
    """Make a policy of a proposal, in the name of a second colleague.

    Approvals come one after the other, so that each is held against the rules that it will follow. An
    emergency without a dry run gets one now.
    """
    with transaction.atomic():
        # One lock for all proposals: two approvals at once could each overlook the other.
        list(PolicyProposal.objects.select_for_update().filter(revision__isnull=True).order_by("pk"))
        proposal = PolicyProposal.objects.get(pk=proposal_id)
        refused = what_is_missing(proposal, by=by, at=at)
        if refused is not None:
            return refused
        revision = PolicyRevision.objects.create(
            name=policy_name(proposal.in_force_from),
            in_force_from=proposal.in_force_from,
            note=proposal.note,
            added_by_id=proposal.made_by_id,
            **{name: getattr(proposal, name) for name in PolicyRevision.value_names()},
        )
        PolicyProposal.objects.filter(pk=proposal.pk).update(
            approved_by_id=by, approved_at=at, revision=revision
        )
        if newest_run(proposal) is None:
            dry_run.ask_for(proposal, asked_by=None, at=at)
    return Approved(revision=revision)


def withdraw(proposal_id: UUID, *, by: UUID, at: datetime) -> PolicyProposal | NotOpen:
    """Take a proposal back, before it is approved."""
    still_open = PolicyProposal.objects.filter(
        pk=proposal_id, approved_at__isnull=True, withdrawn_at__isnull=True
    )
    if not still_open.update(withdrawn_by_id=by, withdrawn_at=at):
        return NotOpen()
    return PolicyProposal.objects.get(pk=proposal_id)


def _is_outdated(run: DryRun, begun_at: datetime, *, at: datetime) -> bool:
    """Tell whether a run is too old, or was held against rules that this proposal will not follow."""
    return begun_at + DRY_RUN_HOLDS_FOR <= at or run.compared_with != dry_run.base_of(run.proposal).name
