"""Every published case of the rule book, read from its file and judged."""

from pathlib import Path

import pytest

from healthcode.evaluation import evaluate
from healthcode.policy import policy_in_force
from tests.healthcode.case_files import Case, case_files, read_cases, readable
from tests.healthcode.policies import TIMELINE

CASES = [
    pytest.param(case, id=f"{path.stem}: {case.title}") for path in case_files() for case in read_cases(path)
]


@pytest.mark.parametrize("case", CASES)
def test_case_gets_the_verdict_that_it_expects(case: Case) -> None:
    verdict = readable(evaluate(case.facts, case.policy, at=case.at), policy=case.policy)

    assert {name: verdict[name] for name in case.expected} == case.expected


@pytest.mark.parametrize("case", CASES)
def test_case_names_the_policy_that_is_in_force_when_it_asks(case: Case) -> None:
    assert policy_in_force(TIMELINE, at=case.at) is case.policy


@pytest.mark.parametrize("case", CASES)
def test_case_expects_at_least_a_status_and_its_reasons(case: Case) -> None:
    assert {"status", "reasons"} <= case.expected.keys()


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_case_file_holds_cases_with_titles_of_their_own(path: Path) -> None:
    titles = [case.title for case in read_cases(path)]

    assert titles
    assert len(set(titles)) == len(titles)


def test_case_files_are_found() -> None:
    assert {path.stem for path in case_files()} >= {"status", "alerts", "retest", "entry"}
