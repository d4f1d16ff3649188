"""One code, two sites, the same instant: one is the first, and the other is told that it is not."""

from typing import Any

import pytest

from healthcode.verdict import EntryVerdict
from lookup import codes
from lookup.answer import Check
from lookup.doors import checkpoint
from lookup.doors.checkpoint import CodeRefused, Question
from lookup.gates.statements import Statement, run_on_django
from lookup.models import Device, Lookup, RotatingCode
from tests.gates import gate_of
from tests.lookup.api.story import AT, make_child
from tests.lookup.gates.codes import make_code
from tests.makers import make_device_key

pytestmark = pytest.mark.django_db


def check(device: Device, code: str, *, run: Any = run_on_django) -> Check | CodeRefused:
    question = Question(gate=gate_of(device), asked=[codes.read_code(code, at=AT)], at=AT)
    [[told]] = checkpoint.check([question], run=run)
    return told


def test_code_read_as_unused_by_two_sites_is_the_first_of_one_alone() -> None:
    code = make_code(make_child().person_key, at=AT)
    school, mall = make_device_key()[0], make_device_key(site="Mall")[0]
    told: dict[str, Check | CodeRefused] = {}

    def run(statement: Statement, *values: Any) -> Any:
        if "append" in statement.name and "mall" not in told:
            # The school has read the code as unused; before it writes, the mall is through.
            told["mall"] = check(mall, code)
        return run_on_django(statement, *values)

    told["school"] = check(school, code, run=run)
    verdicts = {site: (one.verdict, one.code_used_elsewhere) for site, one in told.items()}
    assert verdicts == {"mall": (EntryVerdict.PASS, False), "school": (EntryVerdict.MANUAL, True)}
    row = RotatingCode.objects.get()
    assert (row.used_site_id, row.reused_site_id) == (mall.site_id, school.site_id)
    written = Lookup.objects.filter(code_id=row.id)
    assert {one.id for one in written} == {one.id for one in told.values()}


def test_calls_that_come_at_once_are_each_written_and_one_site_is_the_first() -> None:
    code = make_code(make_child().person_key, at=AT)
    devices = [make_device_key(site=site)[0] for site in ("School", "Mall", "Station")]
    read = codes.read_code(code, at=AT)
    questions = [Question(gate=gate_of(device), asked=[read], at=AT) for device in devices]
    told = [one for [one] in checkpoint.check(questions, run=run_on_django)]
    assert sorted(bool(one.code_used_elsewhere) for one in told) == [False, True, True]
    assert {row.id for row in Lookup.objects.all()} == {one.id for one in told}
    assert {row.device_id for row in Lookup.objects.all()} == {device.id for device in devices}
