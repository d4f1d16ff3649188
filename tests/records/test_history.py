"""The full history that the person and verified kin are shown."""

from datetime import date

import pytest

from healthcode.facts import NaatResult, VaccineProduct
from records import history
from records.models import Kind
from tests.records.feeds import feed_page, key, make_dose, make_pooled, make_test, make_tube

pytestmark = pytest.mark.django_db


def test_tests_of_shows_tests_newest_first_with_the_result_of_their_tube(at):
    older = {"collected_at": "2022-05-18T10:00:00+08:00", "record_day": "2022-05-18"}
    feed_page(Kind.TESTS, make_test("t-1", **older), make_pooled("t-2"), make_test("t-3", person=2), at=at)
    feed_page(Kind.TUBES, make_tube(result="DETECTED"), at=at)
    newest, oldest = history.tests_of(key(1), since=date(2022, 5, 1))
    assert (newest.pooled, newest.result) == (True, NaatResult.DETECTED)
    assert (oldest.pooled, oldest.result, oldest.laboratory) == (False, NaatResult.NOT_DETECTED, "Lab A")
    assert newest.collected_at > oldest.collected_at


def test_tests_of_shows_a_test_that_waits_for_its_result(at):
    feed_page(Kind.TESTS, make_test(issued_at=None, result=None), at=at)
    [entry] = history.tests_of(key(1), since=date(2022, 5, 1))
    assert (entry.issued_at, entry.result) == (None, None)


@pytest.mark.parametrize(("since", "shown"), [(date(2022, 5, 19), 1), (date(2022, 5, 20), 0)])
def test_tests_of_begins_at_midnight_of_its_day(since, shown, at):
    feed_page(Kind.TESTS, make_test(collected_at="2022-05-19T00:00:00+08:00"), at=at)
    assert len(history.tests_of(key(1), since=since)) == shown


def test_tests_of_leaves_out_what_was_withdrawn(at):
    feed_page(Kind.TESTS, make_test(), make_test(version=2, withdrawn=True), at=at)
    assert history.tests_of(key(1), since=date(2022, 5, 1)) == ()


def test_doses_of_shows_doses_newest_first_without_withdrawn_ones(at):
    second = make_dose("d-2", dose_number=2, administered_on="2022-01-01", product="BBIBP_CORV")
    feed_page(
        Kind.DOSES, make_dose(), second, make_dose("d-3", withdrawn=True), make_dose("d-4", person=2), at=at
    )
    newest, oldest = history.doses_of(key(1))
    assert (newest.dose_number, newest.product) == (2, VaccineProduct.BBIBP_CORV)
    assert (oldest.administered_on, oldest.site, oldest.country) == (date(2021, 12, 1), "Clinic 1", "CN")
