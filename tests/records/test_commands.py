"""The commands and tasks: what the operator types, reads, and finds beside the file."""

import io
import json
import re

import pytest
from django.core.management import CommandError, call_command

from records import tasks
from records.models import HeldPage, Kind, Quarantined, Source, SyncRun, VaccineDose
from tests.records.feeds import MAKERS, make_dose, make_order
from tests.records.test_files import CSV, header, lines

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(time_machine, at):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def feeds(tmp_path, settings):
    settings.FEED_FOLDER = tmp_path / "feeds"
    folder = settings.FEED_FOLDER / "clinic-a" / "doses"
    folder.mkdir(parents=True)
    (folder / "1.ndjson").write_bytes(lines(header(), make_dose(), make_dose("d-2", product="?")))
    return settings.FEED_FOLDER


def run(*args, **options) -> str:
    out = io.StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


class TestSync:
    def test_sync_reads_the_feeds_and_reports(self, feeds):
        said = run("sync")
        line, together = said.splitlines()
        assert line == "clinic-a/doses: 2 received = 1 applied + 0 duplicate + 0 superseded + 1 quarantined"
        assert re.fullmatch(r"2 rows in \d+\.\d s, \d+ rows/s", together)
        assert Source.objects.get().as_of is not None
        assert "0 received" in run("sync")

    def test_sync_adds_up_its_feeds_and_says_how_many_rows_are_held(self, feeds, settings):
        settings.BREAKER_PEOPLE = 1
        folder = feeds / "clinic-a" / "orders"
        folder.mkdir()
        orders = [make_order(f"o-{number}", person=number) for number in (1, 2, 3)]
        (folder / "1.ndjson").write_bytes(lines(header(feed="orders"), *orders, make_order("o-4", kind="?")))
        doses, measures, together, _rate = run("sync").splitlines()
        assert doses.startswith("clinic-a/doses: 2 received = 1 applied +")
        held = "4 quarantined (3 of them held for two colleagues)"
        assert measures == f"clinic-a/orders: 4 received = 0 applied + 0 duplicate + 0 superseded + {held}"
        assert together.startswith(
            "together: 6 received = 1 applied + 0 duplicate + 0 superseded + 5 quarant"
        )
        assert together.endswith("(3 of them held for two colleagues)")
        assert (HeldPage.objects.get().rows, Quarantined.objects.count()) == (3, 5)

    @pytest.mark.parametrize("kind", sorted(MAKERS))
    def test_sync_accounts_for_every_row_of_every_kind(self, kind, feeds):
        folder = feeds / "clinic-b" / kind
        folder.mkdir(parents=True)
        make = MAKERS[kind]
        rows = [make("r-1", 2), make("r-1", 2), make("r-1", 1), make("r-2") | {"withdrwan": True}, b"{"]
        (folder / "1.ndjson").write_bytes(lines(header(feed=kind, source="clinic-b"), *rows))
        assert run("sync", source="clinic-b").splitlines()[0] == (
            f"clinic-b/{kind}: 5 received = 1 applied + 1 duplicate + 1 superseded + 2 quarantined"
        )

    def test_sync_reads_one_source(self, feeds):
        assert "1 applied" in run("sync", source="clinic-a")
        with pytest.raises(CommandError, match="no feeds of the source clinic-b") as caught:
            run("sync", source="clinic-b")
        assert caught.value.returncode == 2

    def test_sync_says_so_when_there_is_no_feed(self, settings, tmp_path):
        settings.FEED_FOLDER = tmp_path / "nowhere"
        with pytest.raises(CommandError, match="There are no feeds"):
            run("sync")

    def test_task_reads_the_feeds(self, feeds):
        tasks.sync()
        assert VaccineDose.objects.count() == 1

    def test_task_does_nothing_when_there_is_no_feed(self, settings):
        settings.FEED_FOLDER = None
        tasks.sync()
        assert not SyncRun.objects.exists()


class TestImportFile:
    def write(self, tmp_path, name, content):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    def test_import_file_brings_in_a_csv_and_lists_what_it_refused(self, tmp_path):
        bad = "d-3,1,,10,119999200006150013,1,CORONAVAC,2021-12-01,x\r\n"
        path = self.write(tmp_path, "doses.csv", (CSV + bad).encode())
        said = run("import_file", "doses", str(path))
        assert "3 received = 2 applied + 0 duplicate + 0 superseded + 1 quarantined" in said
        rejects = tmp_path / "doses.csv.rejects.ndjson"
        assert str(rejects) in said
        entry = {"position": "doses.csv:4", "reason": "MALFORMED_DOCUMENT", "field": "document_number"}
        assert json.loads(rejects.read_text()) == entry
        assert Source.objects.get().name == "import"

    def test_import_file_leaves_no_reject_file_when_nothing_was_refused(self, tmp_path):
        path = self.write(tmp_path, "doses.csv", CSV.encode())
        assert "2 applied" in run("import_file", "doses", str(path), source="clinic-z")
        assert list(tmp_path.iterdir()) == [path]
        assert set(VaccineDose.objects.values_list("source", flat=True)) == {"clinic-z"}

    def test_import_file_twice_changes_nothing(self, tmp_path):
        path = self.write(tmp_path, "doses.ndjson", lines(header(), make_dose()))
        run("import_file", "doses", str(path))
        assert "1 duplicate" in run("import_file", "doses", str(path))

    def test_import_file_keeps_nothing_in_a_dry_run(self, tmp_path):
        rejects = tmp_path / "r.ndjson"
        path = self.write(tmp_path, "doses.ndjson", lines(header(), make_dose(), b"{"))
        said = run("import_file", "doses", str(path), dry_run=True, rejects=rejects)
        assert said.startswith("would be: doses.ndjson: 2 received = 1 applied")
        assert json.loads(rejects.read_text())["reason"] == "NOT_AN_OBJECT"
        assert not VaccineDose.objects.exists()
        assert not Source.objects.exists()

    @pytest.mark.parametrize(
        ("kind", "name", "content", "said"),
        [
            ("photos", "f.csv", CSV.encode(), "no kind 'photos'"),
            ("doses", "missing.csv", None, "does not exist"),
            ("doses", "f.csv", b"", "is empty"),
            ("doses", "f.csv", b"a,b\n", "must name columns of doses"),
            ("tests", "f.ndjson", lines(header()), "is a feed of doses, not of tests"),
        ],
    )
    def test_import_file_ends_with_2_when_the_file_is_unusable(self, kind, name, content, said, tmp_path):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(CommandError, match=said) as caught:
            run("import_file", kind, str(path))
        assert caught.value.returncode == 2
        assert not Source.objects.filter(kind=Kind.DOSES).exists()
