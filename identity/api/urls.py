"""Addresses of the accounts' API, below /api/v1/."""

from django.urls import path

from identity.api.sessions import CurrentSession, Sessions

urlpatterns = [
    path("sessions", Sessions.as_view(), name="api-sessions"),
    path("sessions/current", CurrentSession.as_view(), name="api-session"),
]
