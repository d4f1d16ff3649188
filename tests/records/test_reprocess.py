"""Reprocessing: quarantined rows tried again by today's rules, never over something newer."""

import json
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from records.models import Kind, Quarantined, Source, SourceRules, Summary, SyncRun, VaccineDose
from records.reprocess import Outcome, reprocess, waiting
from tests.records.feeds import SOURCE, feed_page, key, make_dose, make_order, make_person, make_test
from tests.records.tables import dump

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(time_machine, at):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def misnamed(at) -> Quarantined:
    """A dose that was refused because the registry had another name, which it has changed since."""
    feed_page(Kind.REGISTRY, make_person(name="李小明"), at=at)
    feed_page(Kind.DOSES, make_dose(name="李小满"), at=at)
    feed_page(Kind.REGISTRY, make_person(version=2, name="李小满"), at=at)
    return Quarantined.objects.get()


def outcomes(at, *, dry_run: bool = False, **which) -> list[Outcome]:
    return [tried.outcome for tried in reprocess(waiting(**which), at=at, dry_run=dry_run)]


def in_review(person: int = 1) -> bool:
    return Summary.objects.get(person_key=key(person)).record_in_review


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("reprocess", *arguments, stdout=out)
    return out.getvalue()


def test_row_is_applied_and_resolved_when_its_rule_has_changed(misnamed, at):
    assert in_review()
    assert outcomes(at) == [Outcome.APPLIED]
    assert VaccineDose.objects.get().person_key == key(1)
    assert Quarantined.objects.get().resolved_at == at
    assert not in_review()
    assert Source.objects.get(kind=Kind.DOSES).cursor == "1"
    line = SyncRun.objects.latest("id")
    assert (line.received, line.applied, line.cursor_before, line.cursor_after) == (1, 1, "1", "1")


def test_dry_run_says_the_same_and_keeps_nothing(misnamed, at):
    before = dump(), SyncRun.objects.count()
    assert outcomes(at, dry_run=True) == [Outcome.APPLIED]
    assert (dump(), SyncRun.objects.count()) == before
    assert in_review()


def test_row_stays_with_its_new_reason_when_it_is_refused_again(at):
    feed_page(Kind.DOSES, make_dose(product="?"), at=at)
    SourceRules.objects.create(source=SOURCE, kind=Kind.TESTS, fields=[], speaks_for=["*"])
    assert outcomes(at) == [Outcome.REFUSED]
    assert Quarantined.objects.get().reason == "UNKNOWN_VALUE"
    Quarantined.objects.update(reason="WRONG_TYPE", field="site")
    assert outcomes(at) == [Outcome.REFUSED]
    row = Quarantined.objects.get()
    assert (row.reason, row.field, row.resolved_at) == ("UNKNOWN_VALUE", "product", None)
    assert in_review()


def test_row_never_goes_over_something_newer(misnamed, at):
    feed_page(Kind.DOSES, make_dose(version=3, name="李小满", site="Newer"), at=at)
    Quarantined.objects.update(resolved_at=None)
    assert outcomes(at) == [Outcome.SUPERSEDED]
    assert VaccineDose.objects.get().site == "Newer"
    assert not in_review()


def test_row_that_is_on_file_is_a_duplicate(misnamed, at):
    feed_page(Kind.DOSES, make_dose(name="李小满"), at=at)
    Quarantined.objects.update(resolved_at=None)
    assert outcomes(at) == [Outcome.DUPLICATE]
    assert Quarantined.objects.get().resolved_at == at


def test_contradiction_of_a_held_version_stays(at):
    feed_page(Kind.DOSES, make_dose(), at=at)
    feed_page(Kind.DOSES, make_dose(site="Other"), at=at)
    assert outcomes(at) == [Outcome.REFUSED]
    row = Quarantined.objects.get()
    assert (row.reason, row.resolved_at) == ("SAME_VERSION_OTHER_CONTENT", None)
    assert VaccineDose.objects.get().site == "Clinic 1"


def test_row_whose_id_could_not_be_read_is_resolved_when_it_can_be(at):
    content = json.dumps(make_dose())
    feed_page(Kind.DOSES, content.replace('"d-1"', "1").encode(), at=at)
    assert outcomes(at) == [Outcome.REFUSED]
    assert Quarantined.objects.get().record_id == ""


def test_what_is_no_row_waits_for_a_new_delivery(at):
    feed_page(Kind.DOSES, b"\xff", b"[]", at=at)
    assert sorted(outcomes(at)) == [Outcome.NO_ROW, Outcome.REFUSED]


def test_rows_of_a_held_page_are_left_to_two_colleagues(settings, at):
    settings.BREAKER_PEOPLE = 0
    feed_page(Kind.ORDERS, make_order(), at=at)
    assert outcomes(at) == [Outcome.HELD]


def test_row_that_would_trip_the_breaker_stays_as_it_is(settings, at):
    feed_page(Kind.REGISTRY, make_person(name="李小明"), at=at)
    feed_page(Kind.TESTS, make_test(name="李小满", result="DETECTED"), at=at)
    feed_page(Kind.REGISTRY, make_person(version=2, name="李小满"), at=at)
    settings.BREAKER_PEOPLE = 0
    assert outcomes(at) == [Outcome.HELD]
    assert Quarantined.objects.get().reason == "NAME_CONTRADICTS_REGISTRY"
    settings.BREAKER_PEOPLE = 1
    assert outcomes(at) == [Outcome.APPLIED]


def test_row_whose_content_is_no_longer_kept_cannot_be_tried(misnamed, at):
    Quarantined.objects.update(row_sealed=b"")
    assert outcomes(at) == [Outcome.GONE]


def test_waiting_rows_are_chosen_by_reason_or_by_id(misnamed, at):
    feed_page(Kind.DOSES, make_dose("d-2", product="?"), at=at + timedelta(seconds=1))
    assert waiting(reason="NAME_CONTRADICTS_REGISTRY") == [misnamed.pk]
    assert waiting(one=misnamed.pk) == [misnamed.pk]
    assert len(waiting()) == 2


class TestCommand:
    def test_command_reports_each_row_and_the_sum(self, misnamed, at):
        feed_page(Kind.DOSES, make_dose("d-2", product="?"), at=at)
        said = run("--all", "--dry-run")
        assert said.startswith(f"once:1:1  {misnamed.pk}  APPLIED\n")
        assert "once:2:1" in said
        assert "REFUSED UNKNOWN_VALUE\n" in said
        assert said.endswith("would be: 2 tried = 1 APPLIED + 1 REFUSED\n")
        assert not VaccineDose.objects.exists()
        assert run("--one", str(misnamed.pk)).endswith("1 tried = 1 APPLIED\n")
        assert run("--reason", "UNKNOWN_VALUE").endswith("1 tried = 1 REFUSED\n")
        assert VaccineDose.objects.count() == 1

    def test_command_says_so_when_nothing_waits(self):
        assert run("--all") == "Nothing waits in quarantine.\n"

    @pytest.mark.parametrize(
        "arguments", [(), ("--one", "x"), ("--reason", "NO_SUCH"), ("--one", str(uuid4()))]
    )
    def test_command_refuses_what_it_does_not_understand(self, arguments):
        with pytest.raises(CommandError):
            run(*arguments)
