"""What people type to sign in, and the field for a document number that other forms use."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from identity.document import Document, MalformedDocument, parse_document
from identity.wording import document_problem_text


class DocumentNumberField(forms.Field):
    """A resident document number as people type it; cleans to a Document."""

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

    def to_python(self, value: Any) -> Document:
        """Return the document, or raise ValidationError with the sentence for what is wrong."""
        match parse_document(value or ""):
            case MalformedDocument() as malformed:
                raise ValidationError(document_problem_text(malformed), code=malformed.problem)
            case Document() as document:
                return document


class FocusOnError(forms.Form):
    """A form that is shown again with the cursor in the first field that needs mending, without script."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Note the error, and ask the browser for the focus."""
        super().add_error(field, error)
        if not any("autofocus" in each.widget.attrs for each in self.fields.values()):
            name = field or next(iter(self.fields))
            self.fields[name].widget.attrs["autofocus"] = True


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
