"""Sites and devices from a file: each row looked at first, and all of them made or none."""

import html
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile

from lookup.models import Device, Site

pytestmark = pytest.mark.django_db

IMPORT = "/admin/lookup/device/import/"
TWO = "site,label\nSchool 1,East gate\nSchool 1,West gate\n"


def _preview(client, text: str | bytes):
    body = text if isinstance(text, bytes) else text.encode()
    return client.post(IMPORT, {"file": SimpleUploadedFile("gates.csv", body, "text/csv")})


def _confirm(client, answer):
    found = re.search(r'<textarea name="confirmed" hidden>\n(.*?)</textarea>', answer.content.decode(), re.S)
    assert found
    return client.post(IMPORT, {"confirmed": html.unescape(found[1])})


def test_import_shows_each_row_and_makes_nothing_before_it_is_confirmed(admin):
    Site.objects.create(name="School 1")
    answer = _preview(admin, TWO + "Mall,Door\n")
    page = answer.content.decode()
    assert [page.count(words) for words in ("new site and new device", "new device")] == [1, 3]
    assert not Device.objects.exists()

    done = _confirm(admin, answer)
    assert "3 devices were made." in done.content.decode()
    assert {str(device) for device in Device.objects.select_related("site")} == {
        "School 1: East gate",
        "School 1: West gate",
        "Mall: Door",
    }
    assert LogEntry.objects.filter(change_message="Imported from a file.").count() == 3


def test_import_leaves_what_is_there_and_counts_doubles_once(admin):
    Device.objects.create(site=Site.objects.create(name="School 1"), label="East gate")
    answer = _preview(admin, TWO + "School 1,West gate\n")
    page = answer.content.decode()
    assert "there already" in page
    assert "stands twice in the file" in page
    _confirm(admin, answer)
    assert Device.objects.count() == 2


@pytest.mark.parametrize("row", ["School 2,", ",Gate", f"{'x' * 81},Gate", f"Gate,{'x' * 61}", "a\x07b,Gate"])
def test_import_makes_nothing_while_a_row_has_a_problem(admin, row):
    page = _preview(admin, f"{TWO}{row}\n").content.decode()
    assert "✗" in page
    assert 'name="confirmed"' not in page
    admin.post(IMPORT, {"confirmed": f"{TWO}{row}\n"})
    assert not Site.objects.exists()
    admin.post(IMPORT, {"confirmed": TWO})
    assert Device.objects.count() == 2


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"\xff\xfe", "not in UTF-8"),
        (b"name,gate\na,b\n", "name the columns"),
        (b"", "empty"),
        (b'site,label\n"a,b\n', "no CSV file"),
        (b"site,label\n" + b"a,b\n" * 2001, "more than 2,000 rows"),
        (b"site,label\n" + b"a" * 262_145, "larger than 256 KB"),
    ],
)
def test_import_says_what_is_wrong_with_a_file(admin, file, sentence):
    assert sentence in _preview(admin, file).content.decode()
    assert not Site.objects.exists()


def test_import_shows_text_as_text(admin):
    page = _preview(admin, "site,label\n<script>alert(1)</script>,</textarea>\n").content.decode()
    assert "<script>alert(1)" not in page
    assert page.count("</textarea>") == 1


def test_import_is_for_administrators(admin, auditor):
    assert auditor.get(IMPORT).status_code == 403
    assert auditor.post(IMPORT, {"confirmed": TWO}).status_code == 403
    assert "Import from a file" not in auditor.get("/admin/lookup/device/").content.decode()
    assert "Import from a file" in admin.get("/admin/lookup/device/").content.decode()
    assert admin.get(IMPORT).status_code == 200
