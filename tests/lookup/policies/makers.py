"""Proposals for tests: the rule in force with a change, proposed by a colleague."""

from datetime import datetime
from typing import Any

from identity.models import User
from lookup.models import PolicyProposal, PolicyRevision


def make_proposal(made_by: User, *, begins: datetime, at: datetime, **changes: Any) -> PolicyProposal:
    """Propose the rules that would be in force then, with some values changed."""
    base = PolicyRevision.objects.filter(in_force_from__lt=begins).order_by("-in_force_from")[0]
    values = {name: getattr(base, name) for name in PolicyRevision.value_names()} | changes
    return PolicyProposal.objects.create(
        **{"note": "A change of the rules.", **values}, in_force_from=begins, made_by=made_by, made_at=at
    )
