"""Production refuses to start half-configured, names everything at once, and starts when complete."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from healthkit.settings.code_keys import demo_code_keys, parse_code_keys
from tests.code_keys import make_code_keys_text, make_private_pem, public_pem

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "SECRET_KEY": "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC2eF4hJ6kL8nM0pR2tV4xZ6b",
    "PERSON_KEY_SECRET": "Zy9Xw7Vu5Ts3Rq1Po9Nm7Lk5Ji3Hg1Fe9Dc7Ba5",
    "SEALING_KEYS": "1:MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY=",
    "SEALING_PRIMARY": "1",
    "CODE_KEYS": make_code_keys_text("2026-11"),
    "CODE_SIGNING_KEY": "2026-11",
    "DATABASE_URL": os.environ.get("DATABASE_URL", "postgres://user@db.example/healthkit"),
    "REDIS_URL": "redis://redis.example:6379/0",
    "ALLOWED_HOSTS": "kit.example",
    "FACE_MATCHER": "tests.project.real_matcher.RealMatcher",
    "NOTIFIER": "tests.project.real_notifier.RealNotifier",
    "FEED_FOLDER": "/srv/feeds",
}


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    """Run the deploy checks under the production settings with just this environment."""
    base = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "healthkit.settings.production"}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(
        command, cwd=ROOT, env=base | environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_production_starts_clean_when_everything_is_given() -> None:
    done = start(**GOOD)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_production_names_every_missing_variable_at_once() -> None:
    done = start()
    assert done.returncode != 0
    for name in GOOD:
        assert name in done.stderr


def test_production_names_every_bad_variable_at_once_without_its_value() -> None:
    bad = {
        "SECRET_KEY": "demo-secret-key-that-is-long-enough-0123456789-abcdefgh",
        "PERSON_KEY_SECRET": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "SEALING_KEYS": "1:c2hvcnQ=",
        "CODE_KEYS": json.dumps({"2026-11": demo_code_keys()["demo-1"]["pem"]}),
        "DATABASE_URL": "sqlite:///db.sqlite3",
        "REDIS_URL": "memory://",
        "ALLOWED_HOSTS": "*",
        "FACE_MATCHER": "identity.backends.stub_face_match.StubFaceMatcher",
        "NOTIFIER": "identity.backends.log_notifier.LogNotifier",
        "TRUSTED_PROXY_COUNT": "-1",
        "DECOY_PORTRAIT": "/srv/there-is-no-such-portrait.png",
        "DEBUG": "1",
    }
    done = start(**GOOD | bad)
    assert done.returncode != 0
    message = done.stderr.splitlines()[-1]
    for name, value in bad.items():
        assert name in message
        if name not in {"DEBUG", "ALLOWED_HOSTS", "TRUSTED_PROXY_COUNT"}:
            assert value not in done.stderr


def test_production_reads_a_secret_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(GOOD["SECRET_KEY"])
    given = {name: value for name, value in GOOD.items() if name != "SECRET_KEY"}
    assert start(**given, SECRET_KEY_FILE=str(file)).returncode == 0


def test_production_refuses_a_primary_key_outside_the_ring() -> None:
    done = start(**GOOD | {"SEALING_PRIMARY": "2"})
    assert done.returncode != 0
    assert "SEALING_PRIMARY" in done.stderr


_PEM = make_private_pem()


@pytest.mark.parametrize(
    "entries",
    [
        "no JSON",
        "[]",
        "{}",
        {"a key": _PEM},
        {"seventeen-letters": _PEM},
        {"a": "no PEM"},
        {"a": 7},
        {"a": {"pem": _PEM, "more": 1}},
        {"a": {"pem": _PEM, "not_after": "2026-12-01"}},
        {"a": make_private_pem(ec.SECP384R1())},
    ],
    ids=["text", "list", "none", "id", "long id", "pem", "number", "more", "no offset", "curve"],
)
def test_code_keys_are_refused_without_their_material(entries: Any) -> None:
    text = entries if isinstance(entries, str) else json.dumps(entries)
    with pytest.raises(ValueError, match="key|JSON") as refused:
        parse_code_keys(text)
    assert "PRIVATE" not in str(refused.value)
    assert list(parse_code_keys(json.dumps({"sixteen-letters.": {"pem": _PEM, "not_after": None}})))


@pytest.mark.parametrize("signing", ["nobody", "public"])
def test_production_refuses_a_signing_key_that_cannot_sign(signing: str) -> None:
    keys = json.dumps({"2026-11": _PEM, "public": public_pem(make_private_pem())})
    done = start(**GOOD | {"CODE_KEYS": keys, "CODE_SIGNING_KEY": signing})
    assert done.returncode != 0
    assert "CODE_SIGNING_KEY" in done.stderr
    assert start(**GOOD | {"CODE_KEYS": keys, "CODE_SIGNING_KEY": "2026-11"}).returncode == 0


@pytest.mark.parametrize("port", ["FACE_MATCHER", "NOTIFIER"])
def test_production_refuses_a_backend_that_is_not_there(port: str) -> None:
    done = start(**GOOD | {port: "nowhere.Backend"})
    assert done.returncode != 0
    assert port in done.stderr


def test_production_behind_a_proxy_asks_how_many_there_are() -> None:
    done = start(**GOOD | {"BEHIND_TLS_PROXY": "1"})
    assert done.returncode != 0
    assert "TRUSTED_PROXY_COUNT" in done.stderr
    assert start(**GOOD | {"BEHIND_TLS_PROXY": "1", "TRUSTED_PROXY_COUNT": "1"}).returncode == 0


@pytest.mark.parametrize("entry_point", ["healthkit.wsgi", "healthkit.celery"])
def test_entry_point_defaults_to_production_when_nothing_is_set(entry_point: str) -> None:
    code = f"import {entry_point}, os; print(os.environ['DJANGO_SETTINGS_MODULE'])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **GOOD},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.strip() == "healthkit.settings.production", done.stderr
