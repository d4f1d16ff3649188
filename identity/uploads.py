"""Photos that are uploaded: in memory alone, bounded, and never on a disk."""

from io import BytesIO
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from identity.face_match import LARGEST_PHOTO_BYTES, PictureProblem

LARGEST_BODY_BYTES = 3_000_000
"""A form with a photo is not longer than this; what says so is not read at all."""

_ANY_NAME = "photo"


class InMemoryPhotos(FileUploadHandler):
    """The only upload handler: keeps a file's first LARGEST_PHOTO_BYTES and one more byte, in memory.

    The one more byte tells that a photo is too large, so that its form can say so beside the field. The
    file's own name is dropped: people name their pictures after people.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803  # Django's own name
        content_length: int,
        boundary: str | bytes,
        encoding: str | None = None,
    ) -> None:
        """Refuse a body that says it is too long; raises RequestDataTooBig."""
        if content_length > LARGEST_BODY_BYTES:
            raise RequestDataTooBig("the body is too large for a form with one photo")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin to keep a file."""
        super().new_file(*args, **kwargs)
        self._kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep what still fits; the rest is read and dropped."""
        room = LARGEST_PHOTO_BYTES + 1 - self._kept.tell()
        self._kept.write(raw_data[:room])

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        """Return the file that was kept."""
        size = self._kept.tell()
        self._kept.seek(0)
        return InMemoryUploadedFile(
            self._kept, self.field_name, _ANY_NAME, self.content_type, size, self.charset, None
        )


def read_photo(uploaded: "UploadedFile[bytes]") -> bytes | PictureProblem:
    """Return the bytes of an uploaded photo, or what is wrong with their number.

    Whether they are a picture is for the matcher to say.
    """
    photo: bytes = uploaded.read(LARGEST_PHOTO_BYTES + 1)
    if not photo:
        return PictureProblem.EMPTY
    return PictureProblem.TOO_MANY_BYTES if len(photo) > LARGEST_PHOTO_BYTES else photo
