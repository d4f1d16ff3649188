"""What people type to sign up and to reset a password."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from identity.account_wording import code_problem_text, mobile_problem_text, photo_missing_text
from identity.accounts import MobileProblem, parse_mobile
from identity.forms import DocumentForm, FocusOnError, PhotoField
from identity.kinship_forms import NameField
from identity.one_time_codes import parse_code
from identity.password_reset import PasswordReset
from identity.sign_up import SignUp

LONGEST_PASSWORD = 200


class MobileField(forms.Field):
    """A mobile number as people type it; cleans to E.164."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "number"})

    def to_python(self, value: Any) -> str:
        """Return the number, or raise ValidationError with the sentence for what is wrong."""
        match parse_mobile(value or ""):
            case MobileProblem() as problem:
                raise ValidationError(mobile_problem_text(), code=problem)
            case str() as mobile:
                return mobile


class CodeField(forms.Field):
    """A one-time code as people type it; cleans to its six digits."""

    widget = forms.TextInput(
        attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "number"}
    )

    def to_python(self, value: Any) -> str:
        """Return the digits, or raise ValidationError with the sentence for what is wrong."""
        code = parse_code(value or "")
        if code is None:
            raise ValidationError(code_problem_text(), code="malformed")
        return code


class NewPasswordField(forms.Field):
    """A password that Django's validators have let through."""

    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})

    def to_python(self, value: Any) -> str:
        """Return the password, or raise ValidationError with the sentences for what is wrong."""
        password = str(value or "")
        if len(password) > LONGEST_PASSWORD:
            raise ValidationError(
                _("The password is longer than 200 characters. Please choose a shorter one.")
            )
        validate_password(password)
        return password


class MobileForm(FocusOnError):
    """The mobile number to which a code is sent."""

    mobile = MobileField(label=_("Mobile number"), required=False)


class _ProofForm(DocumentForm):
    """What proves mobile number and identity."""

    code = CodeField(
        label=_("Code"), help_text=_("The 6 digits in the message to your phone."), required=False
    )
    password = NewPasswordField(
        label=_("New password"),
        help_text=_("At least 10 characters, not digits alone, and none that everybody uses."),
        required=False,
    )
    photo = PhotoField(
        label=_("Photo of your face"),
        help_text=_(
            "JPEG or PNG, at most 2 MB. It is compared with the photo of your document in the registry and "
            "not kept."
        ),
        error_messages={"required": photo_missing_text()},
    )


class SignUpForm(_ProofForm):
    """A sign-up, but for the mobile number, which was typed before."""

    name = NameField(label=_("Your name"), required=False)
    field_order = ("code", "password", "name", "document_type", "document_number", "photo")

    def request(self, mobile: str) -> SignUp:
        """Return what a valid form asks for."""
        values = self.cleaned_data
        return SignUp(
            mobile=mobile,
            code=values["code"],
            password=values["password"],
            name=values["name"],
            document=self.document,
            photo=values["photo"],
        )


class PasswordResetForm(_ProofForm):
    """A reset, but for the mobile number, which was typed before."""

    field_order = ("code", "password", "document_type", "document_number", "photo")

    def request(self, mobile: str) -> PasswordReset:
        """Return what a valid form asks for."""
        values = self.cleaned_data
        return PasswordReset(
            mobile=mobile,
            code=values["code"],
            password=values["password"],
            document=self.document,
            photo=values["photo"],
        )
