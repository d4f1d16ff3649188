"""Addresses of a citizen's pages. None carries a number or a name."""

from django.urls import path
from django.views.i18n import set_language

from lookup.views.answers import answer
from lookup.views.assisted import assisted
from lookup.views.home import home
from lookup.views.own_code import own_code

urlpatterns = [
    path("", home, name="home"),
    path("own-code", own_code, name="own-code"),
    path("assisted", assisted, name="assisted"),
    path("answers/<uuid:lookup_id>", answer, name="answer"),
    path("language", set_language, name="set-language"),
]
