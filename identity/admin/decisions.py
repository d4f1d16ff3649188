"""What is said to a colleague whose decision about kinship was not taken."""

from typing import assert_never

from django.utils.translation import gettext as _

from identity.claims import NotWaiting
from identity.kinship import NotDisputed, ReviewerInvolved


def refused_text(refused: NotWaiting | NotDisputed | ReviewerInvolved) -> str:
    """Return why a colleague's decision was not taken."""
    match refused:
        case NotWaiting() | NotDisputed():
            return _("This was decided a moment ago. Nothing was changed.")
        case ReviewerInvolved():
            return _(
                "You are one of the people in this. Please leave it to a colleague. Nothing was changed."
            )
        case _ as never:
            assert_never(never)
