"""Who looked and the lock, as they come in and as they go out."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers
from rest_framework.fields import empty
from rest_framework.serializers import BooleanField, CharField, ChoiceField, DateTimeField, IntegerField

from identity.strict_fields import StrictCharField, StrictSerializer
from lookup.access_wording import account_without_person_text
from lookup.admission import Door
from lookup.api.ids import uuid_in
from lookup.api.refusals import AccountNotVerified
from lookup.own_people import OwnPerson
from lookup.who_looked import AskerKind, LookOutcome

ME = "me"
ROWS, MOST_ROWS = 50, 200

_Described = serializers.Serializer[Any]


class NobodyOfYours(exceptions.NotFound):
    """No such ward, another account's, or a kinship that is over: the three look alike."""

    default_detail = _("You speak for nobody with this id. GET /api/v1/wards lists those for whom you do.")


def account_without_person() -> AccountNotVerified:
    """Return the refusal of an account that has not proved whose it is, to be raised."""
    return AccountNotVerified(str(account_without_person_text()))


def kinship_id_in(about: str) -> UUID | None:
    """Return the kinship that ``about`` names, or None for the account itself; raises NobodyOfYours."""
    kinship_id = None if about == ME else uuid_in(about)
    if kinship_id is None and about != ME:
        raise NobodyOfYours
    return kinship_id


def about_json(person: OwnPerson) -> str:
    """Return how a person is named in these calls."""
    return ME if person.kinship_id is None else str(person.kinship_id)


class StrictBooleanField(BooleanField):
    """true or false; DRF's own field also takes "yes", 1 and many others."""

    default_error_messages = {"invalid": _("This field is neither true nor false. Please send one of them.")}

    def to_internal_value(self, data: Any) -> bool:
        """Return the boolean; a text or number is an error here."""
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


def _about(default: Any = empty) -> StrictCharField:
    return StrictCharField(
        max_length=100,
        default=default,
        help_text="`me`, or the id of a ward as `GET /api/v1/wards` gives it.",
    )


class AccessLogQuery(StrictSerializer):
    """Whose look-ups, and which of them."""

    about = _about(ME)
    cursor = StrictCharField(
        max_length=300, default="", allow_blank=True, help_text="The `next` of the page before; opaque."
    )
    limit = IntegerField(min_value=1, max_value=MOST_ROWS, default=ROWS)


class AccessLockChange(StrictSerializer):
    """Whose lock, and how it should be."""

    about = _about()
    locked = StrictBooleanField()


def _one_of(enum: type[StrEnum], **options: Any) -> ChoiceField:
    return ChoiceField(choices=[(member.value, member.name) for member in enum], **options)


class LookSerializer(_Described):
    """One look-up, without place, device, account or name."""

    asked_at = DateTimeField(help_text="To the minute.")
    door = _one_of(Door)
    door_label = CharField()
    asker = _one_of(AskerKind, help_text="What kind of asker, as proved then.")
    asker_label = CharField()
    you = BooleanField(help_text="It was this account.")
    machine = BooleanField(help_text="A device asked, and no person.")
    purpose = CharField()
    outcome = _one_of(LookOutcome)
    outcome_text = CharField(help_text="Why in general, where it was refused.")


class AccessLogSerializer(_Described):
    results = LookSerializer(many=True, help_text="Newest first.")
    next = CharField(allow_null=True, help_text="Cursor of the older ones; null at the end.")


class LockSerializer(_Described):
    about = CharField(help_text="`me`, or the id of a ward.")
    name = CharField(allow_null=True, help_text="Masked: first character and one star.")
    document_number = CharField(allow_null=True, help_text="Masked: first two and last two characters.")
    locked = BooleanField()
    locked_at = DateTimeField(allow_null=True)
    by_you = BooleanField(help_text="This account has locked it.")


class LocksSerializer(_Described):
    results = LockSerializer(many=True, help_text="The account itself, then its wards.")
    next = CharField(allow_null=True, help_text="Always null: the list is short.")
