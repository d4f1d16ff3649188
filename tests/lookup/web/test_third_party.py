"""The pages of a question by name and face: what they take, what they refuse beside the field."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from identity import identity_check
from identity.face_match import LARGEST_PHOTO_BYTES
from identity.models import User
from lookup.models import Consent, Lookup
from tests.faces import portrait
from tests.lookup.api.story import AT, BORN_ON, make_child, make_guardian
from tests.lookup.doors.neighbours import ELDER, ELDER_NAME, make_elder, make_neighbour
from tests.lookup.web.pages import text_of
from tests.makers import make_account, make_document, make_number, mark_feeds_read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGES = ("/third-party", "/records-of")


@pytest.fixture(autouse=True)
def _feeds_are_fresh(clock: object, db: None) -> None:
    mark_feeds_read(AT)


@pytest.fixture
def neighbour(browser: Client) -> Client:
    browser.force_login(make_neighbour())
    return browser


def send(browser: Client, page: str = "/third-party", **fields: Any) -> Any:
    """Send the form as somebody with the elder beside them fills it in; None leaves a field out."""
    photo = fields.pop("photo", portrait("elder"))
    sent: dict[str, Any] = {
        "name": ELDER_NAME,
        "document_type": "10",
        "document_number": ELDER.number,
        "photo": None if photo is None else SimpleUploadedFile("photo.png", photo, "image/png"),
        "consent": "on",
        **fields,
    }
    return browser.post(page, {name: value for name, value in sent.items() if value is not None})


def error_of(response: Any, field: str) -> str | None:
    """Return the sentence beside a field."""
    pattern = rf'<p class="error" id="id_{field}_error">(.*?)</p>'
    found = re.search(pattern, response.content.decode(), flags=re.S)
    return found and re.sub(r"<[^>]+>", "", found[1]).strip()


@pytest.mark.parametrize("page", PAGES)
def test_form_leads_to_the_answer_of_whoever_stands_beside(neighbour: Client, page: str) -> None:
    make_elder()

    sent = send(neighbour, page)
    shown = neighbour.get(sent.headers["Location"])

    assert sent.status_code == 303
    assert ELDER.number not in sent.headers["Location"]
    assert "No abnormality found" in text_of(shown)
    assert Consent.objects.get().used_at == AT


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("field", "sent", "beside", "sentence"),
    [
        ("name", "", "name", "The name is missing."),
        ("name", "赵1", "name", "contains a digit"),
        ("name", "\0", "name", "cannot be seen"),
        ("document_number", "", "document_number", "The document number is missing."),
        ("document_number", make_number()[:17], "document_number", "does not have 18 characters"),
        ("document_type", "99", "document_type", "There is no such document type."),
        ("photo", b"", "photo", "The photo is empty."),
        ("photo", b"no picture", "photo", "neither a JPEG nor a PNG"),
        ("photo", portrait("elder")[:200], "photo", "damaged"),
        ("photo", portrait("elder").ljust(LARGEST_PHOTO_BYTES + 1, b"\0"), "photo", "larger than 2 MB"),
        ("photo", None, "photo", "The photo is missing."),
        ("consent", None, "consent", "The consent is missing."),
    ],
)
def test_form_says_beside_the_field_what_is_wrong(
    neighbour: Client, page: str, field: str, sent: Any, beside: str, sentence: str
) -> None:
    make_elder()

    response = send(neighbour, page, **{field: sent})

    assert response.status_code == 400
    assert sentence in (error_of(response, beside) or "")
    markup = response.content.decode()
    assert f'href="#id_{beside}"' in markup
    assert " autofocus" in markup
    assert re.search(rf'aria-describedby="[^"]*id_{beside}_error', markup)
    if beside in ("photo", "consent"):
        assert "please choose it again" in text_of(response)
        assert re.search(r"<input[^>]+id=\"id_consent\"[^>]*>", markup)
    assert " checked" not in markup
    assert send(neighbour, page).status_code == 303


def test_form_of_more_than_3_mb_is_refused_on_a_plain_page(neighbour: Client) -> None:
    response = send(neighbour, photo=b"\0" * 3_000_000)

    assert 400 <= response.status_code < 500
    assert not Lookup.objects.exists()
    assert "Traceback" not in text_of(response)


def test_form_gives_no_consent_that_was_not_ticked(neighbour: Client) -> None:
    make_elder()

    send(neighbour, consent=None)
    send(neighbour, photo=None)

    assert not Consent.objects.exists()
    assert not Lookup.objects.exists()
    assert send(neighbour).status_code == 303


def test_form_keeps_what_was_typed_and_escapes_it(neighbour: Client) -> None:
    response = send(neighbour, name='"><img src=x>')

    assert "<img" not in response.content.decode()
    assert f'value="{ELDER.number}"' in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("page", PAGES)
def test_form_answers_a_guardian_without_a_photo(browser: Client, page: str) -> None:
    browser.force_login(make_guardian(make_child(has_face=False)))

    sent = send(browser, page, document_number=make_document(BORN_ON).number, photo=None, consent=None)
    shown = text_of(browser.get(sent.headers["Location"]))

    assert sent.status_code == 303
    assert "No abnormality found" in shown
    assert "No photo was sent" in shown


@pytest.mark.parametrize("page", PAGES)
def test_form_says_when_the_account_is_nobodys(browser: Client, page: str) -> None:
    make_elder()
    browser.force_login(make_account("+8613900000077", at=AT))

    response = send(browser, page)

    assert response.status_code == 403
    assert "identity verified first" in text_of(response)
    browser.force_login(make_neighbour())
    assert send(browser, page).status_code == 303


def test_form_says_when_to_come_back_when_the_budget_is_spent(neighbour: Client) -> None:
    *within, beyond = [
        send(neighbour, document_number=make_number(AT.date().replace(year=1940 + each)))
        for each in range(11)
    ]

    assert {response.status_code for response in within} == {303}
    assert beyond.status_code == 429
    assert beyond.headers["Retry-After"] == str(14 * 60 * 60)
    assert "ask again tomorrow" in (error_of(beyond, "document_number") or "")


def test_form_says_when_to_try_again_while_the_matcher_is_away(neighbour: Client, settings: Any) -> None:
    make_elder()
    settings.FACE_MATCHER = "tests.faces.AwayMatcher"
    identity_check.matcher.cache_clear()
    try:
        response = send(neighbour)
    finally:
        identity_check.matcher.cache_clear()

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"
    assert "Faces cannot be compared at the moment." in text_of(response)


@pytest.mark.parametrize("page", PAGES)
def test_form_asks_to_sign_in_first_and_is_refused_without_its_token(page: str) -> None:
    response = Client().get(page)
    assert (response.status_code, response.headers["Location"]) == (302, f"/sign-in?next={page}")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_neighbour())
    assert send(strict, page).status_code == 403
    assert not Lookup.objects.exists()
    assert User.objects.count() == 1


@pytest.mark.parametrize("page", PAGES)
def test_last_step_is_ready_for_a_phone_and_for_a_file(neighbour: Client, page: str) -> None:
    answered = {"step": "document", "name": ELDER_NAME, "document_number": ELDER.number}
    response = neighbour.post(page, answered)
    markup = response.content.decode()

    assert 'enctype="multipart/form-data"' in markup
    assert re.search(r'<input type="file"[^>]+accept="image/jpeg,image/png"', markup)
    assert re.search(r'<input type="checkbox"[^>]+name="consent"', markup)
    assert " checked" not in markup
    assert "compared once with the face on file" in text_of(response)
