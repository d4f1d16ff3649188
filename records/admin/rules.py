"""The rules of sources in the admin: which kinds, fields, laboratories and authorities are theirs."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from identity.admin.read_only import ReadOnlyAdmin
from records.models import Kind, SourceRules
from records.source_rules import ANYBODY, OPTIONAL_FIELDS, SPEAKERS

_ALL_FIELDS = tuple(dict.fromkeys(field for fields in OPTIONAL_FIELDS.values() for field in fields))


class Lines(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 6, "cols": 60})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (line.strip() for line in (super().to_python(value) or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(self.prepare_value(initial)) != self.to_python(data))


class SourceRulesForm(forms.ModelForm):  # type: ignore[type-arg]
    """What one source may send in one kind. Fields of other kinds are left out when it is saved."""

    fields_ = forms.MultipleChoiceField(
        label=_("Fields it may send"),
        choices=[(field, field) for field in _ALL_FIELDS],
        initial=_ALL_FIELDS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Beside those without which a row says nothing. Fields of other kinds do not matter."),
    )
    speaks_for = Lines(
        label=_("Speaks for"),
        required=False,
        help_text=_(
            "Tests and tubes: laboratories. Orders and alerts: authorities. One a line, as the rows write "
            "them; * for all. Leave it empty for other kinds."
        ),
    )

    class Meta:
        model = SourceRules
        fields = ("source", "kind", "speaks_for", "most_turned_people", "most_turned_percent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.initial["fields_"] = self.instance.fields

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        kind, speaks_for = values.get("kind"), values.get("speaks_for") or []
        if kind in SPEAKERS and not speaks_for:
            self.add_error("speaks_for", _("Please name at least one, or * for all."))
        if kind and kind not in SPEAKERS and speaks_for:
            self.add_error("speaks_for", _("Rows of this kind name nobody. Please leave it empty."))
        if ANYBODY in speaks_for and len(speaks_for) > 1:
            self.add_error("speaks_for", _("Please give either names or *, not both."))
        return values

    def save(self, commit: bool = True) -> SourceRules:
        kind = Kind(self.cleaned_data["kind"])
        chosen = self.cleaned_data["fields_"]
        self.instance.fields = [field for field in OPTIONAL_FIELDS[kind] if field in chosen]
        saved: SourceRules = super().save(commit)
        return saved


@admin.register(SourceRules)
class SourceRulesAdmin(ReadOnlyAdmin[SourceRules]):
    """Who may say what; a source that stands here may say nothing else."""

    purpose = _("What each source may speak for, and how many people it may turn adverse within an hour.")

    form = SourceRulesForm
    list_display = ("source", "kind", "fields_shown", "speaks_for_shown", "most_turned_people")
    list_filter = ("kind", "source")
    fields = ("source", "kind", "fields_", "speaks_for", "most_turned_people", "most_turned_percent")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super(ReadOnlyAdmin, self).has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: SourceRules | None = None) -> bool:
        return super(ReadOnlyAdmin, self).has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: SourceRules | None = None) -> bool:
        return super(ReadOnlyAdmin, self).has_delete_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: SourceRules | None = None) -> Any:
        if obj is None or self.has_change_permission(request, obj):
            return self.fields
        # Whoever may only look sees columns, not a form.
        shown = {"fields_": "fields_shown", "speaks_for": "speaks_for_shown"}
        return tuple(shown.get(name, name) for name in self.fields)

    def get_readonly_fields(self, request: HttpRequest, obj: SourceRules | None = None) -> Any:
        return (
            () if obj is None or self.has_change_permission(request, obj) else self.get_fields(request, obj)
        )

    @admin.display(description=_("fields"))
    def fields_shown(self, rules: SourceRules) -> str:
        return ", ".join(rules.fields) or "-"

    @admin.display(description=_("speaks for"))
    def speaks_for_shown(self, rules: SourceRules) -> str:
        return ", ".join(rules.speaks_for) or "-"
