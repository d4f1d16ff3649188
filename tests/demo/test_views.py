"""The demo's own page: who is who, and signing in by a tap; never on a server."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from demo.accounts import ACCOUNTS, DemoAccount
from identity.models import User
from tests.makers import make_account
from tests.project.test_production_settings import GOOD, ROOT

pytestmark = pytest.mark.django_db

JOINED_AT = datetime(2022, 6, 1, tzinfo=UTC)


@pytest.fixture
def var(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


def test_page_names_everybody_of_the_demo(client: Client, var: Path) -> None:
    accounts = [
        {"role": each.role, "name": "n", "note": each.note, "mobile": each.mobile} for each in ACCOUNTS
    ]
    person = {"label": "story_child", "name": "李小满", "document_number": "11999920190615001X", "note": ""}
    content = {"accounts": accounts, "people": [person], "device_key": "prefix.secret"}
    (var / "demo.json").write_text(json.dumps(content))

    page = client.get("/demo/", headers={"Accept-Language": "en"}).content.decode()
    chinese = client.get("/demo/").content.decode()

    assert all(escape(each.note) in page for each in ACCOUNTS)
    assert not any(escape(each.note) in chinese for each in ACCOUNTS)
    assert "经核验的监护人" in chinese
    assert "11999920190615001X" in page
    assert "prefix.secret" in page


@pytest.mark.parametrize("content", [None, "", "[]", "nonsense"])
def test_page_says_what_to_do_while_nothing_is_loaded(client: Client, var: Path, content: str | None) -> None:
    if content is not None:
        (var / "demo.json").write_text(content)

    response = client.get("/demo/", headers={"Accept-Language": "en"})

    assert response.status_code == 200
    assert "make run" in response.content.decode()


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.role)
def test_tap_signs_in_where_the_account_works(client: Client, account: DemoAccount) -> None:
    user = make_account(
        account.mobile, at=JOINED_AT, is_staff=account.staff_role is not None, staff_name=account.staff_name
    )

    response = client.post(f"/demo/sign-in/{account.role}")

    assert response["Location"] == ("/admin/" if account.staff_role else "/")
    assert client.session["_auth_user_id"] == str(user.id)


@pytest.mark.parametrize("role", ["nobody", "superuser", "guardian"])
def test_tap_on_nobody_signs_nobody_in(client: Client, role: str) -> None:
    assert client.post(f"/demo/sign-in/{role}").status_code == 404
    assert "_auth_user_id" not in client.session
    assert not User.objects.exists()


def test_address_signs_in_by_post_only(client: Client) -> None:
    make_account(ACCOUNTS[0].mobile, at=JOINED_AT)

    assert client.get("/demo/sign-in/guardian").status_code == 405
    assert "_auth_user_id" not in client.session


def test_server_has_no_such_address() -> None:
    asked = "import django; django.setup(); from django.urls import resolve; print(resolve('{}').url_name)"
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "healthkit.settings.production",
        **GOOD,
    }

    def resolve(path: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", asked.format(path)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return done.stdout + done.stderr

    assert "Resolver404" in resolve("/demo/")
    assert "Resolver404" in resolve("/demo/sign-in/staff")
    assert resolve("/sign-in").strip() == "sign-in"
