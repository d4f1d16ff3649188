"""A photo lives in memory for as long as it is compared: afterwards its bytes are nowhere."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from identity.accounts import open_session
from identity.face_match import LARGEST_PHOTO_BYTES
from lookup.models import Lookup
from tests.deployment import Deployment, Reply, database_url
from tests.faces import face_reference
from tests.makers import make_account, make_document, make_facts, make_person, make_summary, mark_feeds_read
from tests.photos import CANARY, ask_with_photo, photo_with_canary, spellings
from tests.project.test_canaries import every_table

ELDER = make_document(date(1945, 6, 1), sequence=7)


@pytest.mark.django_db(transaction=True)
def test_no_byte_of_a_photo_is_left_after_the_match(tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    deployment = Deployment(var=tmp_path, database_url=database_url(), extra={"TMPDIR": str(temporary)})
    token, photo = make_people(), photo_with_canary()
    with deployment.web():
        matched = ask(deployment, token, photo)
        wrong = ask(deployment, token, photo_with_canary("somebody else"))
        broken = ask(deployment, token, CANARY * 40)
        large = ask(deployment, token, photo.ljust(LARGEST_PHOTO_BYTES + 1, b"\0"))
        left_in_temporary = list(temporary.rglob("*"))
    assert json.loads(matched.body)["proof"] == "FACE_MATCHED"
    assert json.loads(wrong.body)["status"]["code"] == "UNKNOWN"
    assert (broken.status, large.status) == (400, 400)
    assert Lookup.objects.filter(proof="FACE_MATCHED").count() == 1
    # gunicorn keeps a heartbeat file there; nothing of a body is in any file.
    assert [path for path in left_in_temporary if path.is_file() and path.stat().st_size > 0] == []
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"request_finished" in written
    told = every_table().encode()
    for spelling in spellings(photo):
        assert spelling not in written
        assert spelling not in told
    for reply in (matched, wrong, broken, large):
        assert CANARY.decode() not in reply.body


def make_people() -> str:
    """Write the elder and an asker; return the asker's token."""
    at = timezone.now()
    elder = make_person(ELDER, at=at, name="赵德山", face_reference=face_reference("elder"))
    make_summary(elder.person_key, make_facts(date(1945, 6, 1), at=at), at=at)
    mark_feeds_read(at)
    asker = make_person(make_document(date(1988, 3, 1)), at=at - timedelta(days=1))
    return open_session(make_account(at=at, person=asker), at=at).token


def ask(deployment: Deployment, token: str, photo: bytes) -> Reply:
    path = "/api/v1/third-party-queries"
    return ask_with_photo(deployment, path, token=token, name="赵德山", number=ELDER.number, photo=photo)
