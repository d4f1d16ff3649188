"""Addresses of the demo's own page; there on a developer's or visitor's machine only."""

from django.urls import path

from demo.views import sign_in_as, who_is_who

urlpatterns = [
    path("", who_is_who, name="demo"),
    path("sign-in/<slug:role>", sign_in_as, name="demo-sign-in"),
]
