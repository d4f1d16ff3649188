"""What people type to ask that they may speak for somebody."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from identity.claims import ReferenceProblem, Request, parse_reference
from identity.forms import DocumentForm
from identity.kinship_wording import evidence_label, kind_claimed_label, reference_problem_text
from identity.models import Kinship
from identity.names import MalformedName, parse_name
from identity.wording import name_problem_text

_CHOOSE = _("Nothing is chosen. Please choose one of the list.")


class NameField(forms.Field):
    """A name as people type it; cleans to its stored form."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})

    def to_python(self, value: Any) -> str:
        """Return the name, or raise ValidationError with the sentence for what is wrong."""
        match parse_name(value or ""):
            case MalformedName() as malformed:
                raise ValidationError(name_problem_text(malformed), code=malformed.problem)
            case str() as name:
                return name


class ClaimForm(DocumentForm):
    """Whose guardian, and what proves it."""

    name = NameField(label=_("Name of the person"), required=False)
    kind = forms.ChoiceField(
        label=_("What you are to this person"),
        choices=[
            ("", _("Please choose")),
            *((kind.value, kind_claimed_label(kind)) for kind in Kinship.Kind),
        ],
        error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE},
    )
    evidence = forms.ChoiceField(
        label=_("What proves it"),
        choices=[
            ("", _("Please choose")),
            *((each.value, evidence_label(each)) for each in Kinship.Evidence),
        ],
        error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE},
    )
    evidence_reference = forms.Field(
        label=_("Number of the evidence"),
        help_text=_(
            "As it stands on the register, certificate or decision. Leave it empty if the adult confirms it."
        ),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "number"}),
    )

    def clean_evidence_reference(self) -> str | None:
        """Read the reference as one of its evidence; None if the evidence is wrong already."""
        evidence = self.cleaned_data.get("evidence")
        if not evidence:
            return None
        raw = self.cleaned_data["evidence_reference"] or ""
        match parse_reference(raw, evidence=Kinship.Evidence(evidence)):
            case ReferenceProblem() as problem:
                raise ValidationError(reference_problem_text(problem), code=problem)
            case str() as reference:
                return reference

    @property
    def request(self) -> Request:
        """What a valid form asks for."""
        values = self.cleaned_data
        return Request(
            document=self.document,
            name=values["name"],
            kind=Kinship.Kind(values["kind"]),
            evidence=Kinship.Evidence(values["evidence"]),
            reference=values["evidence_reference"],
        )
