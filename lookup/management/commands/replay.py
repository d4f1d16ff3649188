"""manage.py replay ID: a past decision once more, what would be said today, and why the two differ."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from identity.models import User
from lookup.doors import staff
from lookup.models import Lookup
from lookup.replay import Judged, NothingDecided, Replay, Said, replay


class Command(BaseCommand):
    """Opening a replay leaves an audit row; no name, number, order or contact is printed."""

    help = "Show a past decision again: as it was known then, and as it would be today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("lookup_id", metavar="ID", help="The id of the look-up, from the audit.")
        parser.add_argument("--staff", default="", help="The name of the colleague who looks, for the audit.")

    def handle(self, *args: Any, **options: Any) -> None:
        at, row = timezone.now(), _row(options["lookup_id"])
        staff.open_file(_colleague(options["staff"]), row.subject_key, at=at)
        shown = replay(row, at=at)
        lines = _lines(shown) if isinstance(shown, Replay) else [_nothing(shown)]
        self.stdout.write("\n".join(lines))


def _row(text: str) -> Lookup:
    try:
        lookup_id = UUID(text)
    except ValueError:
        raise CommandError("That is not the id of a look-up.") from None
    row = Lookup.objects.with_id(lookup_id).first()
    if row is None:
        raise CommandError("There is no look-up with this id. The audit is kept for 180 days.")
    return row


def _colleague(name: str) -> User | None:
    if not name:
        return None
    colleague = User.objects.filter(is_staff=True, is_active=True, staff_name=name).first()
    if colleague is None:
        raise CommandError("There is no colleague of this name.")
    return colleague


def _nothing(shown: NothingDecided) -> str:
    return f"Nothing was decided: {shown.outcome.value} {shown.refusal}".rstrip() + "."


def _lines(shown: Replay) -> list[str]:
    reproduced = "the same as in the audit" if shown.is_reproduced else "NOT what stands in the audit"
    rules = [f"The rule book was version {shown.rules} then."] if shown.rules_have_changed else []
    return [
        f"{shown.door.value}, decided again: {reproduced}.",
        *rules,
        _judged("Then", shown.then),
        *([] if shown.is_reproduced else [f"  in the audit: {_said(shown.recorded)}"]),
        _judged("Today", shown.today),
        *(_why(shown) if shown.differs else ["Nothing that is told has changed."]),
    ]


def _judged(when: str, judged: Judged) -> str:
    asked = f"{judged.at:%Y-%m-%d %H:%M:%S %Z}, policy {judged.policy.name}, proof {judged.proof.value}"
    return f"{when} ({asked}):\n  {_said(judged.said)}"


def _said(said: Said) -> str:
    reasons = ", ".join(said.reasons) or "no reason"
    told = "" if said.shown_status is said.status else f", told as {said.shown_status.value}"
    return f"{said.status.value}{told}: {reasons}"


def _why(shown: Replay) -> list[str]:
    found = []
    for change in shown.changes:
        if change.decides:
            details = f" ({', '.join(change.details)})" if change.details else ""
            found.append(f"  {change.cause.value}{details}; without it: {_said(change.otherwise)}")
    return ["Why they differ:", *(found or ["  several changes together, none by itself"])]
