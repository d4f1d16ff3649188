"""What people type to ask about somebody."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from identity.forms import DocumentForm, NumberAsTypedField, PhotoField
from identity.names import MalformedName, parse_name
from identity.wording import name_problem_text
from lookup.face_wording import consent_text


class AssistedQueryForm(DocumentForm):
    """One question: whose number?"""

    document_number = NumberAsTypedField(
        label=_("ID number of the person"),
        help_text=_(
            "18 characters, as on the ID card or in the household register. A small x or spaces do no harm."
        ),
        required=False,
    )


class PersonNameField(forms.Field):
    """A name as people type it; cleans to its stored form."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "autocorrect": "off", "spellcheck": "false"})

    def clean(self, value: Any) -> str:
        """Return the name, or raise ValidationError with the sentence for what is wrong."""
        match parse_name(value or ""):
            case MalformedName() as malformed:
                raise ValidationError(name_problem_text(malformed), code=malformed.problem)
            case name:
                return name


class FaceQuestionForm(DocumentForm):
    """Who is it, and does the person agree to having their photo compared?"""

    name = PersonNameField(
        label=_("Name of the person"), help_text=_("As it stands on the document."), required=False
    )
    photo = PhotoField(
        label=_("Photo of the person's face"),
        help_text=_(
            "Take it now or choose a file: JPEG or PNG, up to 2 MB. With a passport, take the page with the "
            "photo. Verified guardians may leave the photo out."
        ),
        required=False,
    )
    consent = forms.BooleanField(
        label=consent_text(),
        required=False,
        # Asked anew each time, with the photo that has to be chosen anew.
        widget=forms.CheckboxInput(check_test=lambda _value: False),
    )

    field_order = ("name", "document_type", "document_number", "photo", "consent")

    def clean(self) -> dict[str, Any]:
        """Refuse a photo to which nobody has agreed."""
        if self.cleaned_data.get("photo") is not None and not self.cleaned_data.get("consent"):
            self.add_error(
                "consent",
                _(
                    "The consent is missing. Please ask the person, and tick the box if they agree. Verified "
                    "guardians may also leave the photo out."
                ),
            )
        return self.cleaned_data

    @property
    def name_on_document(self) -> str:
        """The name of a valid form."""
        name: str = self.cleaned_data["name"]
        return name

    @property
    def photo_bytes(self) -> bytes | None:
        """The photo of a valid form, if one was sent."""
        photo: bytes | None = self.cleaned_data["photo"]
        return photo

    @property
    def has_consent(self) -> bool:
        """Whether the box was ticked."""
        return bool(self.cleaned_data["consent"])
