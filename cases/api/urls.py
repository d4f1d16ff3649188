"""Addresses of the cases' API, below /api/v1/."""

from django.urls import path

from cases.api.cases import CaseMessages, Cases, OneCase, ReopenCase

urlpatterns = [
    path("cases", Cases.as_view(), name="api-cases"),
    path("cases/<str:number>", OneCase.as_view(), name="api-case"),
    path("cases/<str:number>/messages", CaseMessages.as_view(), name="api-case-messages"),
    path("cases/<str:number>/reopen", ReopenCase.as_view(), name="api-case-reopen"),
]
