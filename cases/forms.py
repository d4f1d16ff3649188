"""What a citizen types about a case."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.filing import Complaint
from cases.models import Case
from cases.timeline import LONGEST_TEXT
from cases.wording import COMPLAINTS, nothing_written_text

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_CHOOSE = _("Nothing is chosen. Please choose one of the list.")
_TOO_LONG = _("This is longer than %(limit_value)d characters. Please say it in fewer words.")


def _text_field(*, label: "_StrPromise", required: bool) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        help_text=_("No ID number and no phone number: we know whom this is about."),
        error_messages={"required": nothing_written_text(), "max_length": _TOO_LONG},
    )


class CaseForm(forms.Form):
    """What is wrong with an answer. ``unsettled`` is whether the status was unknown or unconfirmed."""

    what = forms.ChoiceField(
        label=_("What is wrong"), error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE}
    )
    text = _text_field(label=_("What we should know (you may leave it empty)"), required=False)

    def __init__(self, *args: Any, unsettled: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what = cast("forms.ChoiceField", self.fields["what"])
        offered = [
            (_code(*each), label) for each, label in COMPLAINTS.items() if unsettled or not _is_unknown(*each)
        ]
        what.choices = [("", _("Please choose")), *offered]

    @property
    def complaint(self) -> Complaint:
        """What a valid form says."""
        kind, _colon, record = self.cleaned_data["what"].partition(":")
        return Complaint(
            kind=Case.Kind(kind),
            record=Case.Record(record) if record else None,
            text=self.cleaned_data["text"],
        )


class TextForm(forms.Form):
    """A text that is added to a case."""

    text = _text_field(label=_("Write to us"), required=True)


class ReopenForm(forms.Form):
    """Why a case is opened again."""

    text = _text_field(label=_("What is still wrong (you may leave it empty)"), required=False)


def _code(kind: Case.Kind, record: Case.Record | None) -> str:
    return kind.value if record is None else f"{kind.value}:{record.value}"


def _is_unknown(kind: Case.Kind, _record: Case.Record | None) -> bool:
    return kind is Case.Kind.STATUS_UNKNOWN
