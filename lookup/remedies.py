"""How a reason can be mended, and who can do it: closed lists that clients may rely on."""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Owner(StrEnum):
    """Who can put a reason right."""

    ASKER = "ASKER"
    SUBJECT = "SUBJECT"
    REGISTRY = "REGISTRY"
    LABORATORY = "LABORATORY"
    VACCINATION_SITE = "VACCINATION_SITE"
    COMMUNITY = "COMMUNITY"
    AUTHORITY = "AUTHORITY"
    SERVICE = "SERVICE"


class Remedy(StrEnum):
    """One code for each way to mend; clients may put a link or a button beside it."""

    CHECK_THE_NUMBER = "CHECK_THE_NUMBER"
    CORRECT_THE_REGISTRY = "CORRECT_THE_REGISTRY"
    REGISTER_THE_PERSON = "REGISTER_THE_PERSON"
    WAIT_UNTIL_TOMORROW = "WAIT_UNTIL_TOMORROW"
    USE_THIRD_PARTY_QUERY = "USE_THIRD_PARTY_QUERY"
    ASK_THE_PERSON = "ASK_THE_PERSON"
    CONTACT_AUTHORITY = "CONTACT_AUTHORITY"
    CONTACT_COMMUNITY = "CONTACT_COMMUNITY"
    WAIT_FOR_THE_END = "WAIT_FOR_THE_END"
    TAKE_TEST = "TAKE_TEST"
    TAKE_SINGLE_TEST = "TAKE_SINGLE_TEST"
    WAIT_FOR_RESULT = "WAIT_FOR_RESULT"
    ASK_VACCINATION_SITE = "ASK_VACCINATION_SITE"
    COME_BACK_LATER = "COME_BACK_LATER"
    WAIT_FOR_REVIEW = "WAIT_FOR_REVIEW"


_OWNERS: "dict[Owner, _StrPromise]" = {
    Owner.ASKER: _("You"),
    Owner.SUBJECT: _("The person, or you as guardian"),
    Owner.REGISTRY: _("The household registration counter of the police"),
    Owner.LABORATORY: _("The laboratory"),
    Owner.VACCINATION_SITE: _("The vaccination site"),
    Owner.COMMUNITY: _("The community (neighborhood committee)"),
    Owner.AUTHORITY: _("The authority that gave the order"),
    Owner.SERVICE: _("This service"),
}


def owner_label(owner: Owner) -> "_StrPromise":
    """Return who an owner is, in words."""
    return _OWNERS[owner]
