"""A question in short steps: onward, back without loss, held against what was asked."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lookup.models import Lookup
from tests.faces import portrait
from tests.lookup.api.story import AT
from tests.lookup.doors.neighbours import ELDER, ELDER_NAME, make_elder, make_neighbour
from tests.lookup.web.pages import text_of
from tests.makers import mark_feeds_read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGES = ("/third-party", "/records-of")
NAME = {"step": "name", "name": ELDER_NAME}
DOCUMENT = {
    "step": "document",
    "name": ELDER_NAME,
    "document_type": "10",
    "document_number": ELDER.number.lower(),
}


@pytest.fixture
def neighbour(browser: Client) -> Client:
    mark_feeds_read(AT)
    browser.force_login(make_neighbour())
    return browser


def inputs(response: Any) -> dict[str, str]:
    """Return what the form would send again as it stands: name → value, hidden ones too."""
    found = re.findall(r"<input[^>]+>", response.content.decode().partition("data-steps")[2])
    pairs = [(re.search(r'name="([^"]+)"', each), re.search(r'value="([^"]*)"', each)) for each in found]
    return {name[1]: unescape(value[1]) if value else "" for name, value in pairs if name}


def asked(response: Any) -> set[str]:
    """Return the fields that are to be seen."""
    return set(re.findall(r'<label for="id_(\w+)"', response.content.decode()))


@pytest.mark.parametrize("page", PAGES)
def test_steps_lead_to_the_answer_with_what_was_typed_on_each(neighbour: Client, page: str) -> None:
    make_elder()
    first = neighbour.get(page)
    second = neighbour.post(page, inputs(first) | {"name": ELDER_NAME})
    third = neighbour.post(page, inputs(second) | {"document_type": "10", "document_number": ELDER.number})
    photo = {"photo": _file(portrait("elder")), "consent": "on"}
    sent = neighbour.post(page, inputs(third) | photo)

    assert [asked(each) for each in (first, second, third)] == [
        {"name"},
        {"document_type", "document_number"},
        {"photo", "consent"},
    ]
    assert [f"Step {number} of 3" in text_of(each) for number, each in enumerate((first, second, third), 1)]
    assert sent.status_code == 303
    assert "No abnormality found" in text_of(neighbour.get(sent.headers["Location"]))


def test_nothing_is_asked_before_the_last_step(neighbour: Client) -> None:
    neighbour.post("/third-party", NAME)
    neighbour.post("/third-party", DOCUMENT)

    assert not Lookup.objects.exists()


@pytest.mark.parametrize("typed", ["", "赵1", ELDER_NAME])
def test_way_back_loses_nothing_and_blames_nobody(neighbour: Client, typed: str) -> None:
    response = neighbour.post(
        "/third-party", DOCUMENT | {"name": typed, "document_number": "half", "back": "yes"}
    )

    assert response.status_code == 200
    assert asked(response) == {"name"}
    assert inputs(response)["name"] == typed
    assert inputs(response)["document_number"] == "half"
    assert 'class="error"' not in response.content.decode()


def test_way_back_from_the_first_step_stays_there(neighbour: Client) -> None:
    response = neighbour.post("/third-party", NAME | {"back": "yes"})

    assert (response.status_code, asked(response)) == (200, {"name"})


@pytest.mark.parametrize(
    ("sent", "field"),
    [(NAME | {"name": ""}, "name"), (DOCUMENT | {"document_number": "1"}, "document_number")],
)
def test_step_stays_until_it_is_mended(neighbour: Client, sent: dict[str, str], field: str) -> None:
    response = neighbour.post("/third-party", sent)

    assert response.status_code == 400
    assert field in asked(response)
    assert f'id="id_{field}_error"' in response.content.decode()
    assert inputs(response)["step"] == sent["step"]


def test_step_is_not_held_against_what_was_not_asked_yet(neighbour: Client) -> None:
    response = neighbour.post("/third-party", NAME)

    assert response.status_code == 200
    assert asked(response) == {"document_type", "document_number"}
    assert "Error:" not in text_of(response)


def test_later_step_leads_back_to_what_was_spoiled_before(neighbour: Client) -> None:
    response = neighbour.post("/third-party", DOCUMENT | {"name": ""})

    assert (response.status_code, asked(response)) == (400, {"name"})
    assert inputs(response)["document_number"] == DOCUMENT["document_number"]


@pytest.mark.parametrize("step", ["", "nonsense", "face"])
def test_form_that_is_sent_whole_is_answered_whole(neighbour: Client, step: str) -> None:
    make_elder()
    whole = DOCUMENT | {"step": step, "photo": _file(portrait("elder")), "consent": "on"}

    assert neighbour.post("/third-party", whole).status_code == 303


def test_what_was_typed_stands_in_no_cookie_and_no_address(neighbour: Client) -> None:
    response = neighbour.post("/third-party", DOCUMENT)
    kept = f"{neighbour.cookies.output()} {dict(neighbour.session)} {response.headers}"

    assert ELDER.number not in kept
    assert ELDER_NAME not in kept
    assert response.headers["Cache-Control"] == "no-store"


def _file(content: bytes) -> Any:
    return SimpleUploadedFile("photo.png", content, "image/png")
