"""Where a question leads: to its answer's own page, which may be loaded again without asking again."""

from django.urls import reverse

from identity.views.see_other import SeeOther
from lookup.answer import Answer


def to_answer(answer: Answer) -> SeeOther:
    """Redirect to an answer; its address carries a random-looking id and nothing of anybody."""
    return SeeOther(reverse("answer", args=[answer.id]))
