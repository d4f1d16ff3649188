"""Addresses of a citizen's pages. None carries a number or a name."""

from django.urls import path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from lookup.views.access_lock import lock, locks
from lookup.views.answers import answer, third_party_of_answer
from lookup.views.assisted import assisted
from lookup.views.cases import case_of_answer
from lookup.views.checkpoint import checkpoint_page
from lookup.views.home import home
from lookup.views.own_code import own_code
from lookup.views.records_of import records_of
from lookup.views.rotating_code import next_code
from lookup.views.third_party import third_party
from lookup.views.who_looked import who_looked

urlpatterns = [
    path("", home, name="home"),
    path("own-code", own_code, name="own-code"),
    path("assisted", assisted, name="assisted"),
    path("third-party", third_party, name="third-party"),
    path("records-of", records_of, name="records-of"),
    path("answers/<uuid:lookup_id>", answer, name="answer"),
    path("answers/<uuid:lookup_id>/code", next_code, name="next-code"),
    path("answers/<uuid:lookup_id>/third-party", third_party_of_answer, name="third-party-of-answer"),
    path("answers/<uuid:lookup_id>/case", case_of_answer, name="case-of-answer"),
    path("checkpoint", checkpoint_page, name="checkpoint"),
    path("who-looked", who_looked, name="who-looked"),
    path("lock", locks, name="locks"),
    path("lock/<str:about>", lock, name="lock"),
    path("language", require_POST(set_language), name="set-language"),
]
