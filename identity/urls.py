"""Addresses of the pages of accounts: signing up, in and out, resetting, my people, notices, the account."""

from django.urls import path

from identity.views.account import account
from identity.views.notices import notices
from identity.views.password_reset import ask_to_reset, confirm_reset
from identity.views.sign_in import SignIn, SignOut
from identity.views.sign_up import ask_to_sign_up, confirm_sign_up
from identity.views.wards import claim_ward, confirm_ward, end_ward, wards

urlpatterns = [
    path("sign-in", SignIn.as_view(), name="sign-in"),
    path("sign-out", SignOut.as_view(), name="sign-out"),
    path("sign-up", ask_to_sign_up, name="sign-up"),
    path("sign-up/confirm", confirm_sign_up, name="sign-up-confirm"),
    path("password-reset", ask_to_reset, name="password-reset"),
    path("password-reset/confirm", confirm_reset, name="password-reset-confirm"),
    path("wards", wards, name="wards"),
    path("wards/claim", claim_ward, name="ward-claim"),
    path("wards/<uuid:relation_id>/confirm", confirm_ward, name="ward-confirm"),
    path("wards/<uuid:relation_id>/end", end_ward, name="ward-end"),
    path("account", account, name="account"),
    path("notices", notices, name="notices"),
]
