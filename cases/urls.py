"""Addresses of a citizen's cases. A case's number says nothing about anybody."""

from django.urls import path

from cases.views.filing import file_case
from cases.views.my_cases import my_case, my_cases, reopen_case, write_to_case
from cases.views.watching import watch_answer

urlpatterns = [
    path("cases", my_cases, name="cases"),
    path("cases/about/<uuid:lookup_id>", file_case, name="case-form"),
    path("cases/watch/<uuid:lookup_id>", watch_answer, name="watch-answer"),
    path("cases/<str:number>", my_case, name="case"),
    path("cases/<str:number>/messages", write_to_case, name="case-messages"),
    path("cases/<str:number>/reopen", reopen_case, name="case-reopen"),
]
