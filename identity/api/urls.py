"""Addresses of the accounts' API, below /api/v1/."""

from django.urls import path

from identity.api.accounts import Accounts, ConfirmAccount
from identity.api.notices import Notices
from identity.api.password_resets import ConfirmPasswordReset, PasswordResets
from identity.api.sessions import CurrentSession, Sessions
from identity.api.wards import ConfirmWard, EndWard, Wards

urlpatterns = [
    path("accounts", Accounts.as_view(), name="api-accounts"),
    path("accounts/confirm", ConfirmAccount.as_view(), name="api-account-confirm"),
    path("password-resets", PasswordResets.as_view(), name="api-password-resets"),
    path("password-resets/confirm", ConfirmPasswordReset.as_view(), name="api-password-reset-confirm"),
    path("sessions", Sessions.as_view(), name="api-sessions"),
    path("sessions/current", CurrentSession.as_view(), name="api-session"),
    path("wards", Wards.as_view(), name="api-wards"),
    path("wards/<str:ward_id>/confirm", ConfirmWard.as_view(), name="api-ward-confirm"),
    path("wards/<str:ward_id>/end", EndWard.as_view(), name="api-ward-end"),
    path("notices", Notices.as_view(), name="api-notices"),
]
