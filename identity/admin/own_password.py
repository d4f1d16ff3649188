"""The form with which a colleague changes their own password."""

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString


class OldPassword(forms.PasswordInput):
    """The field of the old password, and a hidden one that tells a password manager whose it is."""

    owner = ""

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        hidden = '<input type="text" value="{}" autocomplete="username" readonly hidden>'
        return format_html(hidden, self.owner) + super().render(*args, **kwargs)


class OwnPasswordForm(PasswordChangeForm):
    """Django's, with the owner's name beside the old password."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = OldPassword(attrs=self.fields["old_password"].widget.attrs)
        widget.owner = str(self.user)
        self.fields["old_password"].widget = widget


def change_own_password(request: HttpRequest, context: dict[str, Any]) -> HttpResponseBase:
    """Answer like Django's admin, with the form above."""
    view = PasswordChangeView.as_view(
        form_class=OwnPasswordForm,
        success_url=reverse("admin:password_change_done"),
        extra_context=context,
    )
    return view(request)
