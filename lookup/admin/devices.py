"""Sites, their devices, and the devices' keys: a key is shown once, when it is made, and never again."""

from typing import Any, assert_never

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from identity.admin.read_only import ReadOnlyAdmin
from lookup import device_keys
from lookup.admin.device_import import DeviceImport
from lookup.device_keys import IssuedKey, NoSuchKey, TooManyKeys
from lookup.models import Device, DeviceScope, Site


class DeviceKeyForm(forms.Form):
    """What is asked for when a key is made."""

    name = forms.CharField(
        label=gettext_lazy("Name of the key"),
        max_length=50,
        help_text=gettext_lazy("For you to tell keys apart, such as the month of its making."),
    )
    expires_at = forms.SplitDateTimeField(
        label=gettext_lazy("Expires at"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=gettext_lazy("Empty: the key works until it is revoked."),
    )

    starts_at = forms.SplitDateTimeField(
        label=gettext_lazy("Works from"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=gettext_lazy("Empty: it works at once."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("May ask"),
        choices=DeviceScope.choices,
        initial=DeviceScope.values,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_expires_at(self) -> Any:
        expires_at = self.cleaned_data["expires_at"]
        if expires_at is not None and expires_at <= timezone.now():
            raise forms.ValidationError(gettext_lazy("This time is over. Please choose a later one."))
        return expires_at


@admin.register(Site)
class SiteAdmin(ReadOnlyAdmin[Site]):
    """Places with a gate. Kept, as the audit names them."""

    purpose = gettext_lazy("Places with a gate. A person has another pseudonym at each.")

    list_display = ("name", "entry_rule", "entry_days")
    fields = ("name", "entry_rule", "entry_days")
    ordering = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super(ReadOnlyAdmin, self).has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Site | None = None) -> bool:
        return super(ReadOnlyAdmin, self).has_change_permission(request, obj)


@admin.register(Device)
class DeviceAdmin(DeviceImport, ReadOnlyAdmin[Device]):
    """Machines at the gates. Kept, as the audit names them; one that is lost has its keys revoked.

    Keys have no admin of their own: the primary key of a key holds its hash, and would stand in addresses.
    """

    purpose = gettext_lazy("Machines at the gates. Open one to make or revoke its keys.")

    list_display = ("label", "site", "checks_per_minute")
    list_filter = ("site",)
    list_select_related = ("site",)
    fields = ("site", "label", "checks_per_minute")
    ordering = ("site__name", "label")
    change_form_template = "admin/lookup/device_change_form.html"
    change_list_template = "admin/lookup/device_change_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super(ReadOnlyAdmin, self).has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Device | None = None) -> bool:
        return super(ReadOnlyAdmin, self).has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Device | None = None) -> tuple[str, ...]:
        # People's pseudonyms belong to a site, so a device does not move.
        return () if obj is None else ("site",)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:device_id>/keys/add/", view(self.add_key_view), name="lookup_device_key_add"),
            path(
                "<uuid:device_id>/keys/<slug:prefix>/revoke/",
                view(self.revoke_key_view),
                name="lookup_device_key_revoke",
            ),
            *self.import_urls(),
            *super().get_urls(),
        ]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Device | None = None,
    ) -> HttpResponse:
        """Put the keys of the device below its form."""
        if obj is not None and request.user.has_perm("lookup.view_devicekey"):
            context["keys"] = device_keys.keys_of(obj, at=timezone.now())
            context["may_add_key"] = request.user.has_perm("lookup.add_devicekey")
            context["may_revoke_key"] = request.user.has_perm("lookup.change_devicekey")
        return super().render_change_form(request, context, add, change, form_url, obj)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def add_key_view(self, request: HttpRequest, device_id: Any) -> HttpResponse:
        """Make a key and show it, this once: no redirect, so that it is stored in no cookie or session."""
        device = self._device(request, device_id, permission="lookup.add_devicekey")
        form = DeviceKeyForm(request.POST or None)
        issued = None
        if request.method == "POST" and form.is_valid():
            issued = self._issue(device, form)
            if issued is not None:
                self.log_change(request, device, f"Made key {issued.prefix}.")
        context = {
            **self.admin_site.each_context(request),
            "title": _("A new key for %(device)s") % {"device": device},
            "opts": self.opts,
            "device": device,
            "form": form,
            "issued": issued,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/lookup/device_key_form.html", context)

    def _issue(self, device: Device, form: DeviceKeyForm) -> IssuedKey | None:
        values = form.cleaned_data
        match device_keys.issue_key(
            device,
            name=values["name"],
            at=timezone.now(),
            starts_at=values["starts_at"],
            expires_at=values["expires_at"],
            scopes=[DeviceScope(scope) for scope in values["scopes"]],
        ):
            case IssuedKey() as issued:
                return issued
            case TooManyKeys():
                text = _("This device has two keys already. Please revoke one of them first.")
                form.add_error(None, text)
                return None
            case _ as never:
                assert_never(never)

    @method_decorator(require_POST)
    def revoke_key_view(self, request: HttpRequest, device_id: Any, prefix: str) -> HttpResponse:
        """Revoke a key for good; it is named by its prefix."""
        device = self._device(request, device_id, permission="lookup.change_devicekey")
        if isinstance(device_keys.revoke_key(device, prefix=prefix), NoSuchKey):
            messages.error(request, _("This device has no such key in use. Nothing was changed."))
        else:
            self.log_change(request, device, f"Revoked key {prefix}.")
            messages.success(request, _("The key %(prefix)s is revoked for good.") % {"prefix": prefix})
        return HttpResponseRedirect(reverse("admin:lookup_device_change", args=[device.pk]))

    def _device(self, request: HttpRequest, device_id: Any, *, permission: str) -> Device:
        if not request.user.has_perm(permission):
            raise PermissionDenied
        device = Device.objects.select_related("site").filter(pk=device_id).first()
        if device is None:
            raise Http404
        return device
