"""Accounts and their API sessions in the admin: masked, never a password hash or a token."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import ManyToManyField
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from identity.admin.people import WithPeople
from identity.admin.read_only import ReadOnlyAdmin
from identity.models import ApiSession, User
from identity.staff import is_staff_name

_RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an administrator may change of an account."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        staff_name, is_staff = values.get("staff_name", ""), values.get("is_staff", False)
        if is_staff and not is_staff_name(staff_name):
            self.add_error("staff_name", _("Whoever may open the admin needs a name for the audit."))
        return values


@admin.register(User)
class AccountAdmin(WithPeople[User]):
    """Accounts. Made by `manage.py create_staff`, or by their owners; switched off here, never deleted."""

    purpose = _(
        "Everybody who can sign in: citizens and staff. Rights are given here; an account is "
        "switched off, never deleted."
    )

    form = AccountForm
    people_columns = ("person_id",)
    list_display = (
        "mobile_shown",
        "staff_name",
        "owner_shown",
        "is_staff",
        "is_superuser",
        "is_active",
        "joined_at",
        "last_login",
    )
    list_filter = ("is_staff", "is_superuser", "is_active")
    ordering = ("-id",)
    fields = ("mobile_shown", "owner_shown", "is_active", "staff_name", *_RIGHTS, "joined_at", "last_login")
    filter_horizontal = ("groups", "user_permissions")

    @admin.display(description=_("mobile number"))
    def mobile_shown(self, account: User) -> str:
        return account.masked_mobile

    @admin.display(description=_("person"))
    def owner_shown(self, account: User) -> str:
        return self.person_shown(account, "person_id")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Staff accounts and rights are for administrators: nobody else can raise themselves."""
        may = super(ReadOnlyAdmin, self).has_change_permission(request, obj)
        return may and (obj is None or not obj.is_staff or request.user.is_superuser)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        always = ("mobile_shown", "owner_shown", "joined_at", "last_login")
        return always if request.user.is_superuser else (*always, "staff_name", *_RIGHTS)

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelMultipleChoiceField[Any] | None":
        if db_field.name == "user_permissions":
            # Each line of the list names its content type.
            kwargs["queryset"] = Permission.objects.select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(ApiSession)
class ApiSessionAdmin(ReadOnlyAdmin[ApiSession]):
    """Open API sessions. Deleting one ends it; its token is stored as a hash and shown nowhere."""

    purpose = _("Who is signed in by the API. Delete a row to end it at once.")

    list_display = ("id", "user", "created_at", "expires_at")
    list_select_related = ("user",)
    ordering = ("-id",)
    fields = ("user", "created_at", "expires_at")

    def has_delete_permission(self, request: HttpRequest, obj: ApiSession | None = None) -> bool:
        return super(ReadOnlyAdmin, self).has_delete_permission(request, obj)
