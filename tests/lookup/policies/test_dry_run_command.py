"""manage.py dry_run: counts and codes, and nobody's key, number or reference."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from civil_time import start_of
from healthcode.facts import Alert, AlertKind
from records.models import Source
from tests.lookup.policies.makers import make_proposal
from tests.makers import make_document, make_facts, make_person, make_staff, make_summary

pytestmark = pytest.mark.django_db


def test_command_tells_who_is_shut_out_and_names_nobody(at, time_machine):
    time_machine.move_to(at, tick=False)
    for kind in ("registry", "tests", "doses", "orders"):
        Source.objects.create(name=f"source of {kind}", kind=kind, as_of=at)
    alert = Alert(
        kind=AlertKind.COUNTY_WITH_CASE,
        authority="Authority-canary",
        reference="Reference-canary",
        contact="Contact-canary",
        in_force_from=at,
    )
    born_on = date(2014, 1, 1)
    people = [make_person(make_document(born_on, sequence=number), at=at) for number in range(1, 8)]
    for person in people[1:]:
        make_summary(person.person_key, make_facts(born_on, at=at), at=at)
    make_summary(people[0].person_key, make_facts(born_on, at=at, alerts=(alert,)), at=at)
    make_proposal(make_staff(at=at), begins=start_of(date(2022, 8, 1)), at=at, entry_days=0)
    said = StringIO()
    call_command("dry_run", "2022-08-01", stdout=said)
    told = said.getvalue()
    assert "7 people in 2 classes, against 2022-07-04." in told
    assert "CHECKPOINT: pass -> no_pass NAAT_OVERDUE: 6" in told
    assert "To acknowledge: CHECKPOINT, 3–11 years, document type 10: 6 of 7 shut out" in told
    for secret in ("canary", people[0].number, people[0].person_key.hex, str(people[0].person_key), "李"):
        assert secret not in told


def test_command_says_that_there_is_no_such_proposal():
    with pytest.raises(CommandError, match="no proposal of this name"):
        call_command("dry_run", "2022-08-01")
