"""Codes and notices in the admin: what operations need to know, and nothing of number, code or person."""

from datetime import datetime
from typing import Any

import pytest

from identity import notices, one_time_codes
from identity.models import Notice, OneTimeCode
from tests.makers import make_account, make_person
from tests.messages import code_in

pytestmark = pytest.mark.django_db

MOBILE = "+8613912345678"


def test_code_is_listed_without_number_and_code(admin: Any, auditor: Any, at: datetime) -> None:
    purpose = OneTimeCode.Purpose.SIGN_UP
    one_time_codes.order(MOBILE, purpose=purpose, is_decoy=False, language="en", at=at)
    row = OneTimeCode.objects.get()
    code = code_in(one_time_codes.text_of(row))
    for client in (admin, auditor):
        for address in ("", f"{row.pk}/change/"):
            response = client.get(f"/admin/identity/onetimecode/{address}")
            assert response.status_code == 200
            page = response.content.decode()
            assert "sign-up" in page
            for secret in (MOBILE[3:], row.mobile_key.hex, str(row.mobile_key)):
                assert secret not in page
            assert f">{code}<" not in page
    assert admin.post(f"/admin/identity/onetimecode/{row.pk}/change/", {}).status_code == 403
    assert admin.get("/admin/identity/onetimecode/?code_sealed__exact=1").status_code in (302, 400)


def test_notice_is_listed_without_whom_it_is_about(admin: Any, at: datetime) -> None:
    person = make_person(at=at, name="欧阳金丝雀")
    account = make_account(MOBILE, at=at)
    notice = notices.post(account, Notice.Kind.LOCK_CLOSED, subject_key=person.person_key, at=at)
    for address in ("", f"{notice.pk}/change/"):
        page = admin.get(f"/admin/identity/notice/{address}").content.decode()
        assert "lock closed" in page
        assert "139*****678" in page
        for secret in (MOBILE[3:], str(person.person_key), "欧阳", person.masked_number):
            assert secret not in page
    assert admin.post(f"/admin/identity/notice/{notice.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Notice.objects.count() == 1
