"""What a colleague fills in to work on a case: one form for each step."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.timeline import LONGEST_TEXT
from identity.models import User

# That the answer has changed is for the watch to say.
RESOLUTIONS = tuple(each for each in Case.Resolution if each is not Case.Resolution.ANSWER_CHANGED)


class StepForm(forms.Form):
    """A step with a text."""

    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
    )


class HandOverForm(StepForm):
    """To which office, and to which colleague."""

    owner = forms.ChoiceField(label=_("Owner"), choices=Case.Owner.choices)
    assigned_to = forms.ModelChoiceField(
        label=_("Colleague"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody yet"),
    )
    field_order = ("owner", "assigned_to", "text")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        colleagues = User.objects.filter(is_staff=True, is_active=True).order_by("staff_name")
        self.fields["assigned_to"].queryset = colleagues  # type: ignore[attr-defined]


class ResolveForm(StepForm):
    """Why it is closed."""

    resolution = forms.ChoiceField(
        label=_("Resolution"),
        choices=[("", _("Please choose")), *((each.value, each.label) for each in RESOLUTIONS)],
        error_messages={
            "required": _("Please say why. Nothing was changed."),
            "invalid_choice": _("Please say why. Nothing was changed."),
        },
    )
    field_order = ("resolution", "text")
