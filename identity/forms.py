"""What people type to sign in, and the fields for a document that other forms use."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from identity.document import (
    Document,
    DocumentProblem,
    DocumentType,
    MalformedDocument,
    is_born,
    parse_document,
)
from identity.face_match import PictureProblem, UnreadablePicture
from identity.uploads import read_photo
from identity.wording import document_problem_text, document_type_label, picture_problem_text


class NumberAsTypedField(forms.Field):
    """A document number as people type it, not yet read; for a form that also asks for the type."""

    widget = forms.TextInput(
        attrs={
            "inputmode": "text",
            "autocapitalize": "characters",
            "autocomplete": "off",
            "autocorrect": "off",
            "spellcheck": "false",
            "class": "number",
        }
    )

    def to_python(self, value: Any) -> Any:
        """Return the text."""
        return value or ""


class DocumentNumberField(NumberAsTypedField):
    """A resident document number as people type it; cleans to a Document."""

    def to_python(self, value: Any) -> Document:
        """Return the document, or raise ValidationError with the sentence for what is wrong."""
        match parse_document(value or ""):
            case MalformedDocument() as malformed:
                raise _malformed(malformed)
            case Document() as document:
                return document


class DocumentTypeField(forms.ChoiceField):
    """The type of a document, chosen from all; cleans to a DocumentType, the resident card unless said."""

    def __init__(self, **kwargs: Any) -> None:
        options: dict[str, Any] = {
            "label": _("Document type"),
            "required": False,
            "initial": DocumentType.RESIDENT_ID.value,
            "choices": [(each.value, document_type_label(each)) for each in DocumentType],
            "error_messages": {
                "invalid_choice": document_problem_text(
                    MalformedDocument(problem=DocumentProblem.UNKNOWN_TYPE, type=None)
                )
            },
        }
        super().__init__(**options | kwargs)

    def clean(self, value: Any) -> DocumentType:
        """Return the type, or raise ValidationError for one that is not in the list."""
        return DocumentType(super().clean(value) or DocumentType.RESIDENT_ID)


class FocusOnError(forms.Form):
    """A form that is shown again with the cursor in the first field that needs mending, without script."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Note the error, and ask the browser for the focus."""
        super().add_error(field, error)
        if not any("autofocus" in each.widget.attrs for each in self.fields.values()):
            name = field or next(iter(self.fields))
            self.fields[name].widget.attrs["autofocus"] = True


class DocumentForm(FocusOnError):
    """Type and number of a document, read together; ``today`` is the Shanghai date."""

    document_type = DocumentTypeField()
    document_number = NumberAsTypedField(
        label=_("Document number"),
        help_text=_("As it stands on the document. Small letters and spaces do no harm."),
        required=False,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_document_number(self) -> Document | None:
        """Read the number as one of its type; None if the type is wrong already."""
        document_type = self.cleaned_data.get("document_type")
        if document_type is None:
            return None
        match parse_document(self.cleaned_data["document_number"], type=document_type):
            case MalformedDocument() as malformed:
                raise _malformed(malformed)
            case Document() as document:
                # The number's own form knows no clock, so a birth date may still be to come.
                if not is_born(document, self._today):
                    raise _malformed(MalformedDocument(problem=DocumentProblem.NOT_YET_BORN))
                return document

    @property
    def document(self) -> Document:
        """The parsed number of a valid form."""
        document: Document = self.cleaned_data["document_number"]
        return document


class PhotoField(forms.FileField):
    """A photo, from the camera or a file; cleans to its bytes, or to None where none was chosen."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png"})

    def to_python(self, data: Any) -> bytes | None:  # type: ignore[override]
        """Return the bytes, or raise ValidationError with the sentence for what is wrong."""
        if data in self.empty_values:
            return None
        match read_photo(data):
            case PictureProblem() as problem:
                text = picture_problem_text(UnreadablePicture(problem=problem))
                raise ValidationError(text, code=problem.value)
            case photo:
                return photo


class SignInForm(FocusOnError):
    """Mobile number and password; whatever is wrong with them, the answer is one sentence."""

    # Plain fields: a check of their own would tell a wrong number from a wrong password.
    mobile = forms.Field(
        label=_("Mobile number"),
        error_messages={"required": _("The mobile number is missing. Please type it.")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "username", "class": "number"}),
    )
    password = forms.Field(
        label=_("Password"),
        error_messages={"required": _("The password is missing. Please type it.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request = request
        self._user: AbstractBaseUser | None = None

    def clean(self) -> dict[str, Any]:
        """Find the account, or raise ValidationError with the one sentence for every failure."""
        if not self.errors:
            self._user = authenticate(
                self._request, username=self.cleaned_data["mobile"], password=self.cleaned_data["password"]
            )
            if self._user is None:
                raise ValidationError(
                    _(
                        "This mobile number and this password do not belong together. Please check both and "
                        "try again."
                    ),
                    code="invalid_login",
                )
        return self.cleaned_data

    def get_user(self) -> AbstractBaseUser | None:
        """Return the account that was found, as Django's sign-in view asks for it."""
        return self._user


def _malformed(malformed: MalformedDocument) -> ValidationError:
    return ValidationError(document_problem_text(malformed), code=malformed.problem)
