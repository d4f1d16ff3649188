"""Feeds over HTTP: what is sent, what is believed, and what never leaves this process."""

import base64
import json
import logging
import ssl
import tracemalloc
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from demo.feed_server import KEY_ID, TOKEN, FeedServer, http_sources_entry
from records.backends.all_sources import AllSources
from records.backends.http_download import parse_retry_after
from records.backends.http_signing import check_signature, signature_header
from records.models import Trouble
from records.upstream import UpstreamUnavailable
from tests.deployment import free_port
from tests.records.feeds import SOURCE
from tests.records.http_feeds import BOUNDS, DOSES, doses, reader_of, serving, write_doses

MEBIBYTE = 1024 * 1024


@pytest.fixture
def server(tmp_path):
    write_doses(tmp_path, *doses(5))
    with serving(tmp_path) as server:
        yield server


def trouble_of(call) -> Trouble:
    with pytest.raises(UpstreamUnavailable) as caught:
        call()
    return caught.value.problem


def fetch(source):
    return source.fetch(DOSES, cursor="", limit=100)


class TestConnection:
    def test_source_is_read_with_its_credential(self, server):
        page = fetch(reader_of(server))
        assert [row.content["record_id"] for row in page.rows] == ["d-1", "d-2", "d-3", "d-4", "d-5"]
        assert (page.exhausted, page.remaining) == (True, 0)
        assert page.as_of is not None

    def test_source_with_a_wrong_credential_is_not_let_in(self, server):
        assert trouble_of(lambda: fetch(reader_of(server, token="something-else"))) is Trouble.NOT_LET_IN

    def test_source_that_is_not_there_is_unreachable(self, server):
        url = f"http://127.0.0.1:{free_port()}"
        assert trouble_of(lambda: fetch(reader_of(server, url=url))) is Trouble.UNREACHABLE

    def test_address_that_is_none_is_unreachable(self, server):
        assert trouble_of(lambda: fetch(reader_of(server, url="https://a..b"))) is Trouble.UNREACHABLE

    def test_source_behind_a_base_path_is_asked_below_it(self, server):
        assert trouble_of(lambda: fetch(reader_of(server, url=f"{server.url}/v1/"))) is Trouble.NOT_FOUND
        assert server.asked == [f"/v1/feeds/{SOURCE}/doses"]

    def test_proxies_of_the_environment_never_get_the_credential(self, server, monkeypatch):
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{free_port()}")
        assert len(fetch(reader_of(server)).rows) == 5

    def test_limit_is_passed_on(self, server):
        page = reader_of(server).fetch(DOSES, cursor="", limit=3)
        assert (len(page.rows), page.exhausted, page.remaining) == (3, False, 2)

    def test_source_tells_which_feeds_it_has(self, server):
        reader = reader_of(server)
        assert reader.offered() == [DOSES]
        assert reader.feeds() == [DOSES]

    def test_page_of_just_the_bound_is_read_and_a_larger_one_is_not(self, server):
        size = len(server.page(DOSES, cursor="", limit=100, wrong="").encode())
        assert fetch(reader_of(server, bounds={"unpacked_bytes": size})).rows
        smaller = reader_of(server, bounds={"unpacked_bytes": size - 1})
        assert trouble_of(lambda: fetch(smaller)) is Trouble.TOO_LARGE

    def test_bomb_is_not_unpacked_beyond_the_bound(self, server):
        server.misbehave = ["gzip-bomb"]
        reader = reader_of(server, bounds={"unpacked_bytes": 2 * MEBIBYTE})
        tracemalloc.start()
        trouble = trouble_of(lambda: fetch(reader))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert trouble is Trouble.TOO_LARGE
        # The bomb itself, packed, is made in this process, too.
        assert peak < 16 * MEBIBYTE


class TestSecrets:
    def test_neither_errors_nor_logs_nor_reprs_hold_the_credential_or_the_address(self, server, caplog):
        caplog.set_level(logging.DEBUG, logger="records")
        caplog.set_level(logging.INFO)
        reader = reader_of(server)
        fetch(reader)
        server.misbehave = ["error-500"]
        with pytest.raises(UpstreamUnavailable) as caught:
            fetch(reader)
        said = f"{caught.value!r} {caplog.text} {reader._account!r}"
        assert TOKEN not in said
        assert f"127.0.0.1:{server.server_address[1]}/feeds" not in said


class TestSignature:
    KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))

    def check(self, header, *, path="feeds/a/doses", cursor="c", body=b"{}", keys=None):
        check_signature(header, keys or {"k1": self.KEY.public_key()}, path=path, cursor=cursor, body=body)

    def header(self, **changes):
        of = {"key_id": "k1", "path": "feeds/a/doses", "cursor": "c", "body": b"{}"} | changes
        return signature_header(self.KEY, **of)

    def test_signature_of_the_page_is_believed(self):
        self.check(self.header())

    @pytest.mark.parametrize(
        "changed",
        [{"path": "feeds/b/doses"}, {"cursor": ""}, {"body": b"{ }"}, {"cursor": "", "body": b"c\n{}"}],
    )
    def test_signature_of_another_page_is_not(self, changed):
        assert trouble_of(lambda: self.check(self.header(**changed))) is Trouble.BAD_SIGNATURE

    def test_signature_of_another_key_is_not(self):
        other = {"k1": Ed25519PrivateKey.generate().public_key()}
        assert trouble_of(lambda: self.check(self.header(), keys=other)) is Trouble.BAD_SIGNATURE

    def test_new_key_is_believed_once_both_are_listed(self):
        header = self.header(key_id="k2")
        assert trouble_of(lambda: self.check(header)) is Trouble.UNKNOWN_KEY
        both = {"k1": Ed25519PrivateKey.generate().public_key(), "k2": self.KEY.public_key()}
        self.check(header, keys=both)

    def test_two_signatures_are_none(self):
        header = f"{self.header()}, {self.header()}"
        assert trouble_of(lambda: self.check(header)) is Trouble.BAD_SIGNATURE


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("text", "asked"),
        [
            ("0", timedelta(0)),
            ("120", timedelta(minutes=2)),
            ("9" * 400, timedelta(days=1)),
            ("Fri, 20 May 2022 02:10:00 GMT", datetime(2022, 5, 20, 2, 10, tzinfo=UTC)),
            ("Friday, 20-May-22 02:10:00 GMT", datetime(2022, 5, 20, 2, 10, tzinfo=UTC)),
        ],
    )
    def test_retry_after_is_seconds_or_a_date(self, text, asked):
        assert parse_retry_after(text) == asked

    @pytest.mark.parametrize(
        "text", ["", "soon", "-5", "1.5", "１２０", "1e3", "12 13", "Fri, 99 May 2022 02:10:00 GMT"]
    )
    def test_retry_after_that_is_nonsense_is_none(self, text):
        assert parse_retry_after(text) is None


class TestAllSources:
    def test_sources_over_http_and_in_files_stand_side_by_side(self, server, tmp_path, settings):
        write_doses(tmp_path / "files", *doses(2), source="clinic-a")
        # A source is read in one way: what lies in its folder is not looked at.
        write_doses(tmp_path / "files", *doses(1))
        settings.HTTP_SOURCES, settings.HTTP_FEED_BOUNDS = http_sources_entry(server), BOUNDS
        upstream = AllSources(tmp_path / "files")
        in_files, over_http = upstream.feeds()
        assert (in_files.source, over_http) == ("clinic-a", DOSES)
        assert len(upstream.fetch(in_files, cursor="", limit=10).rows) == 2
        assert len(upstream.fetch(over_http, cursor="", limit=10).rows) == 5
        assert (upstream.turn_of(in_files), upstream.turn_of(over_http)) == (None, SOURCE)


class TestTls:
    def make_certificate(self, folder, *, names=("127.0.0.1",)):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "feeds.example")])
        begin = datetime(2020, 1, 1, tzinfo=UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(begin)
            .not_valid_after(begin + timedelta(days=36_500))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ip_address(one)) for one in names]),
                critical=False,
            )
            .sign(key, hashes.SHA256())
        )
        file = folder / "server.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
        return file

    def reading(self, tmp_path, certificate, **changes):
        write_doses(tmp_path, *doses(1))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        with FeedServer(tmp_path) as server:
            server.socket = context.wrap_socket(server.socket, server_side=True)
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
            thread.start()
            try:
                url = server.url.replace("http:", "https:")
                return fetch(reader_of(server, url=url, **changes))
            finally:
                server.shutdown()
                thread.join(timeout=10)

    def test_certificate_of_a_listed_authority_is_believed(self, tmp_path):
        certificate = self.make_certificate(tmp_path)
        assert len(self.reading(tmp_path, certificate, ca_file=str(certificate)).rows) == 1

    def test_certificate_of_nobody_is_not(self, tmp_path):
        certificate = self.make_certificate(tmp_path)
        assert trouble_of(lambda: self.reading(tmp_path, certificate)) is Trouble.TLS_FAILED

    @pytest.mark.parametrize("content", [None, b"no certificate"])
    def test_authority_that_cannot_be_read_is_trouble_of_its_source_only(self, content, tmp_path):
        file = tmp_path / "ca.pem"
        if content is not None:
            file.write_bytes(content)
        write_doses(tmp_path, *doses(1))
        with serving(tmp_path) as server:
            reader = reader_of(server, ca_file=str(file))
            assert trouble_of(lambda: fetch(reader)) is Trouble.TLS_FAILED

    def test_certificate_for_another_host_is_not(self, tmp_path):
        certificate = self.make_certificate(tmp_path, names=("127.0.0.2",))
        trouble = trouble_of(lambda: self.reading(tmp_path, certificate, ca_file=str(certificate)))
        assert trouble is Trouble.TLS_FAILED


def test_entry_of_the_reference_server_names_its_public_key(server):
    [entry] = http_sources_entry(server)
    assert len(base64.b64decode(entry["keys"][KEY_ID])) == 32
    assert json.loads(json.dumps(entry)) == entry
