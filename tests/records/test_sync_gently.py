"""A gentle sync: the same rows in small pages, with a rest after each for whoever asks meanwhile."""

import pytest
from django.core.management import call_command

from records import sync
from records.models import Kind, Naat, Source
from records.sync import sync_all
from tests.records.feeds import MemorySource, make_test

pytestmark = pytest.mark.django_db

TESTS = [make_test(f"t-{number}", person=number + 1) for number in range(5)]


@pytest.fixture
def rests(monkeypatch):
    """Return the list that the rests of the sync go to, in seconds; nobody waits for them."""
    seconds: list[float] = []
    monkeypatch.setattr(sync, "GENTLE_PAGE_ROWS", 2)
    monkeypatch.setattr(sync.time, "sleep", seconds.append)
    return seconds


def pages_of(at, *, gentle):
    pages: list[int] = []
    upstream = MemorySource({Kind.TESTS: TESTS})
    [report] = sync_all(
        upstream, at=at, on_page=lambda _feed, page: pages.append(page.received), gentle=gentle
    )
    assert (report.total.applied, report.total.exhausted, report.problem) == (5, True, "")
    return pages


def test_gentle_sync_takes_small_pages_and_rests_between_them_as_long_as_they_took(at, rests):
    assert pages_of(at, gentle=True) == [2, 2, 1]
    assert len(rests) == 2
    assert all(seconds > 0 for seconds in rests)
    assert Naat.objects.count() == 5


def test_sync_takes_whole_pages_and_never_rests_when_nobody_asks_it_to_be_gentle(at, rests):
    assert pages_of(at, gentle=False) == [5]
    assert rests == []
    assert Naat.objects.count() == 5


@pytest.mark.parametrize(
    ("options", "setting", "pages"), [((), False, 0), (("--gentle",), False, 1), ((), True, 1)]
)
def test_command_is_gentle_when_it_or_the_setting_says_so(
    options, setting, pages, settings, rests, monkeypatch, capsys
):
    settings.SYNC_GENTLY = setting
    upstream = MemorySource({Kind.TESTS: TESTS[:3]})
    monkeypatch.setattr("records.management.commands.sync.configured_upstream", lambda: upstream)
    call_command("sync", *options)
    assert len(rests) == pages
    assert Source.objects.get().cursor
    assert "3 received" in capsys.readouterr().out
