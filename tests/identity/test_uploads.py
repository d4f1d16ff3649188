"""Photos that are uploaded stay in memory, bounded, whoever sends them and whatever the file is called."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.exceptions import RequestDataTooBig
from django.core.files import uploadedfile
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.forms import Form
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from identity.api.multipart import FormTooLarge, StrictMultiPartParser
from identity.face_match import LARGEST_PHOTO_BYTES, PictureProblem
from identity.forms import PhotoField
from identity.uploads import LARGEST_BODY_BYTES, read_photo

PHOTO = b"\x89PNG\r\n\x1a\n" + b"picture" * 100
NAME_OF_FILE = "欧阳金丝雀-13912345678.png"


class PhotoForm(Form):
    """The least form with a photo."""

    photo = PhotoField(required=False)


@pytest.fixture(autouse=True)
def disk(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files, empty before and after; and no way to make one."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    yield tmp_path
    assert list(tmp_path.iterdir()) == []


def upload(photo: bytes, **fields: str) -> HttpRequest:
    file = SimpleUploadedFile(NAME_OF_FILE, photo, "image/png")
    return RequestFactory().post("/", {**fields, "photo": file})


def sent(request: HttpRequest) -> InMemoryUploadedFile:
    photo = request.FILES["photo"]
    assert isinstance(photo, InMemoryUploadedFile)
    return photo


def test_only_handler_keeps_photos_in_memory() -> None:
    assert configured.FILE_UPLOAD_HANDLERS == ["identity.uploads.InMemoryPhotos"]
    assert configured.DATA_UPLOAD_MAX_NUMBER_FILES == 1


# The second is beyond the size from which Django itself would write a file.
@pytest.mark.parametrize("size", [1, 1_999_999, LARGEST_PHOTO_BYTES])
def test_photo_arrives_whole_up_to_the_largest(size: int) -> None:
    photo = (PHOTO * (size // len(PHOTO) + 1))[:size]
    assert read_photo(sent(upload(photo))) == photo


def test_one_byte_too_many_is_said_beside_the_field() -> None:
    form = PhotoForm({}, upload(b"x" * (LARGEST_PHOTO_BYTES + 1)).FILES)
    assert not form.is_valid()
    assert form.errors.as_data()["photo"][0].code == PictureProblem.TOO_MANY_BYTES

    form = PhotoForm({}, upload(b"x" * LARGEST_PHOTO_BYTES).FILES)
    assert form.is_valid()


def test_much_too_large_a_photo_is_not_kept_beyond_the_one_byte() -> None:
    kept = sent(upload(b"x" * (LARGEST_BODY_BYTES - 1000)))
    assert kept.size == LARGEST_PHOTO_BYTES + 1


def test_body_that_is_too_long_is_not_read() -> None:
    with pytest.raises(RequestDataTooBig):
        _ = upload(b"x" * LARGEST_BODY_BYTES).FILES


def test_empty_photo_is_a_problem_and_a_missing_one_is_none() -> None:
    form = PhotoForm({}, upload(b"").FILES)
    assert not form.is_valid()
    assert form.errors.as_data()["photo"][0].code == PictureProblem.EMPTY

    form = PhotoForm({}, RequestFactory().post("/", {"other": "x"}).FILES)
    assert form.is_valid()
    assert form.cleaned_data["photo"] is None


def test_name_of_the_file_is_dropped() -> None:
    photo = sent(upload(PHOTO))
    assert photo.name == "photo"
    assert "欧阳" not in repr(photo)


def test_temporary_files_are_not_even_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: Any, **_kwargs: Any) -> None:
        raise AssertionError("a photo would touch the disk")

    monkeypatch.setattr(uploadedfile.TemporaryUploadedFile, "__init__", never)
    assert read_photo(sent(upload(b"x" * LARGEST_PHOTO_BYTES))) == b"x" * LARGEST_PHOTO_BYTES


def parse(fields: dict[str, Any], *, body: bytes | None = None, length: int | None = None) -> Any:
    body = encode_multipart(BOUNDARY, fields) if body is None else body
    request = RequestFactory().generic("POST", "/", body, content_type=MULTIPART_CONTENT)
    if length is not None:
        request.META["CONTENT_LENGTH"] = str(length)
    return Request(request, parsers=[StrictMultiPartParser()]).data


def test_parser_returns_fields_and_photo() -> None:
    data = parse({"name": "李小明", "photo": SimpleUploadedFile("a.png", PHOTO, "image/png")})
    assert data["name"] == "李小明"
    assert read_photo(data["photo"]) == PHOTO


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ["李小明", "李小红"]},
        {"name": "李\0小明"},
        {"na\0me": "李小明"},
        {"one": SimpleUploadedFile("a.png", PHOTO), "two": SimpleUploadedFile("b.png", PHOTO)},
        {"photo": [SimpleUploadedFile("a.png", PHOTO), SimpleUploadedFile("b.png", PHOTO)]},
    ],
)
def test_parser_refuses_what_is_ambiguous_and_repeats_nothing(fields: dict[str, Any]) -> None:
    with pytest.raises(ParseError) as refused:
        parse(fields)
    assert "小明" not in str(refused.value)
    assert parse({"name": "李小明"})["name"] == "李小明"


@pytest.mark.parametrize("body", [b"", b"--", b"\xff" * 100, b"no parts at all"])
def test_parser_finds_nothing_in_what_has_no_parts(body: bytes) -> None:
    assert not parse({}, body=body)


def test_parser_refuses_a_form_without_its_boundary() -> None:
    request = RequestFactory().generic("POST", "/", b"x", content_type="multipart/form-data")
    with pytest.raises(ParseError) as refused:
        _ = Request(request, parsers=[StrictMultiPartParser()]).data
    assert str(refused.value).endswith((".", "。"))


def test_parser_does_not_read_a_body_that_says_it_is_too_long() -> None:
    with pytest.raises(FormTooLarge):
        parse({"name": "李小明"}, length=LARGEST_BODY_BYTES + 1)
