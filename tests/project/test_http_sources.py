"""HTTP_SOURCES: what is an entry and what is none, said without the credential."""

import base64
import json

import pytest

from healthkit.settings.http_sources import parse_http_sources
from records.models import Kind
from tests.project.test_production_settings import GOOD, start

TOKEN = "a-token-that-nobody-may-see"
ENTRY = {
    "source": "lab-a",
    "url": "https://feeds.lab-a.example/v1",
    "token": TOKEN,
    "keys": {"2022-05": base64.b64encode(bytes(32)).decode()},
    "kinds": ["tests", "tubes"],
}


def test_entry_is_read():
    whole = ENTRY | {"ca_file": "/etc/ssl/lab-a.pem", "kinds": list(Kind.values)}
    assert parse_http_sources(json.dumps([ENTRY])) == (ENTRY,)
    assert parse_http_sources(json.dumps([whole])) == (whole,)
    assert parse_http_sources("[]") == ()


@pytest.mark.parametrize(
    "change",
    [
        {"source": "Lab A"},
        {"source": 1},
        {"url": "http://feeds.lab-a.example"},
        {"url": "http://127.0.0.1:8100"},
        {"url": "https://user:pass@feeds.lab-a.example"},
        {"url": "https://feeds.lab-a.example/?a=1"},
        {"url": "https://feeds.lab-a.example/#a"},
        {"url": "https://"},
        {"url": "https://feeds.lab-a.example:port"},
        {"token": ""},
        {"token": f"{TOKEN}\r\nHost: elsewhere"},
        {"keys": {}},
        {"keys": {"k 1": base64.b64encode(bytes(32)).decode()}},
        {"keys": {"k1": base64.b64encode(bytes(31)).decode()}},
        {"keys": {"k1": "?"}},
        {"keys": {"k1": None}},
        {"kinds": []},
        {"kinds": ["photos"]},
        {"kinds": "tests"},
        {"kinds": ["tests", "tests"]},
        {"kinds": [["tests"]]},
        {"url": "https://feeds.example/\n"},
        {"url": "https://feeds.example/a b"},
        {"ca_file": 1},
        {"verify": False},
    ],
)
def test_entry_that_is_none_is_refused_without_its_credential(change):
    with pytest.raises(ValueError, match="source 1: ") as caught:
        parse_http_sources(json.dumps([ENTRY | change]))
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "{}", "1", "[1]", "[" * 100_000])
def test_text_that_is_no_list_of_entries_is_refused(text):
    with pytest.raises(ValueError, match="it|source 1"):
        parse_http_sources(text)


def test_source_that_stands_there_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        parse_http_sources(json.dumps([ENTRY, ENTRY]))


@pytest.mark.parametrize("host", ["127.0.0.1:8100", "localhost", "[::1]:8100"])
def test_plain_http_is_for_this_machine_only_and_where_it_is_allowed(host):
    text = json.dumps([ENTRY | {"url": f"http://{host}"}])
    assert parse_http_sources(text, allow_plain_here=True)
    with pytest.raises(ValueError, match="https"):
        parse_http_sources(text)
    with pytest.raises(ValueError, match="https"):
        parse_http_sources(json.dumps([ENTRY | {"url": "http://feeds.example"}]), allow_plain_here=True)


def test_production_reads_sources_from_a_file(tmp_path):
    file = tmp_path / "sources.json"
    file.write_text(json.dumps([ENTRY]))
    done = start(**GOOD, HTTP_SOURCES_FILE=str(file), HTTP_FEED_WHOLE_S="60")
    assert done.returncode == 0, done.stderr


def test_production_refuses_bad_sources_and_seconds_without_their_values():
    bad = {"HTTP_SOURCES": json.dumps([ENTRY | {"url": "http://feeds.example"}]), "HTTP_FEED_READ_S": "0"}
    done = start(**GOOD, **bad)
    assert done.returncode != 0
    assert "HTTP_SOURCES" in done.stderr
    assert "HTTP_FEED_READ_S" in done.stderr
    assert TOKEN not in done.stderr
