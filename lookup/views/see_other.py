"""Where a question leads: to its answer's own page, which may be loaded again without asking again."""

from http import HTTPStatus

from django.http import HttpResponseRedirect
from django.urls import reverse

from lookup.disclosure import Answer


class SeeOther(HttpResponseRedirect):
    """303: the answer to this POST stands at another address, to be fetched with GET."""

    status_code = HTTPStatus.SEE_OTHER


def to_answer(answer: Answer) -> SeeOther:
    """Redirect to an answer; its address carries a random-looking id and nothing of anybody."""
    return SeeOther(reverse("answer", args=[answer.id]))
