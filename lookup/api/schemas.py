"""What answers look like, for the OpenAPI document alone: shapes.py makes them, these describe them.

tests/lookup/api/test_schema.py compares each answer of the tests with its description.
"""

# Fields named label and data are declared like all others; only the type stubs take them for attributes.
# mypy: disable-error-code="assignment"

from enum import StrEnum
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    IntegerField,
    ListField,
    UUIDField,
)

from healthcode.facts import AlertCause, AlertKind, Feed, NaatResult, OrderKind, VaccineProduct
from healthcode.verdict import Color, EntryVerdict, Reason, StatusCode, VaccinationState
from lookup.admission import Door, FaceStep, Proof
from lookup.answer import AgeBand
from lookup.wording import Owner, Remedy

_Described = serializers.Serializer[Any]


def _one_of(enum: type[StrEnum], **options: Any) -> ChoiceField:
    return ChoiceField(choices=[(member.value, member.name) for member in enum], **options)


class StatusSerializer(_Described):
    code = _one_of(StatusCode)
    label = CharField()
    color = _one_of(Color, allow_null=True, help_text="UNCONFIRMED and UNKNOWN have none.")


class ReasonSerializer(_Described):
    code = _one_of(Reason)
    text = CharField(help_text="Why.")
    remedy = _one_of(Remedy, help_text="What mends it, as a code.")
    remedy_text = CharField(help_text="What to do now.")
    owner = _one_of(Owner, help_text="Who can put it right.")
    owner_label = CharField()
    return_when = CharField(help_text="When to come back.")


class AlertSerializer(_Described):
    number = IntegerField(min_value=1, max_value=5)
    kind = _one_of(AlertKind)
    label = CharField()
    text = CharField()
    authority = CharField(allow_null=True, help_text="This and what follows: for OWN and KINSHIP, else null.")
    reference = CharField(allow_null=True)
    contact = CharField(allow_null=True)
    in_force_from = DateTimeField(allow_null=True)
    in_force_until = DateTimeField(
        allow_null=True, help_text="Null: it ends by a test or by the authority's word."
    )
    cause = _one_of(AlertCause, allow_null=True)
    cause_label = CharField(allow_null=True)


class OrderSerializer(_Described):
    kind = _one_of(OrderKind)
    label = CharField()
    authority = CharField()
    reference = CharField()
    contact = CharField()
    in_force_from = DateTimeField()
    in_force_until = DateTimeField()


class TestSerializer(_Described):
    __test__ = False  # a name that pytest would take for a test class

    collected_at = DateTimeField(allow_null=True)
    issued_at = DateTimeField(allow_null=True)
    result = _one_of(NaatResult, allow_null=True, help_text="Null while it is pending.")
    label = CharField(allow_null=True)
    pooled = BooleanField()
    laboratory = CharField()


class TestLineSerializer(_Described):
    __test__ = False

    days = IntegerField(allow_null=True, min_value=0, help_text="Whole days since the newest negative test.")
    result = _one_of(NaatResult, allow_null=True, help_text="Of the newest specimen that has one.")
    pending = BooleanField(help_text="A newer specimen waits for its result.")


class NaatSerializer(TestLineSerializer):
    history = TestSerializer(many=True, help_text="The last 14 days, newest first; for OWN and KINSHIP.")


class DoseSerializer(_Described):
    dose_number = IntegerField(min_value=1)
    product = _one_of(VaccineProduct)
    label = CharField()
    administered_on = DateField()
    site = CharField()


class VaccinationSerializer(_Described):
    state = _one_of(VaccinationState)
    label = CharField()
    doses = DoseSerializer(many=True, help_text="Newest first; for OWN and KINSHIP.")


class SubjectSerializer(_Described):
    name = CharField(allow_null=True, help_text="Masked: first character and one star.")


class FaceStepSerializer(_Described):
    code = _one_of(FaceStep)
    text = CharField()


class SourceSerializer(_Described):
    feed = _one_of(Feed)
    label = CharField()
    as_of = DateTimeField(allow_null=True, help_text="Null: never read.")
    stale = BooleanField()


class DataSerializer(_Described):
    as_of = DateTimeField(allow_null=True, help_text="The oldest feed.")
    sources = SourceSerializer(many=True)


class CodeSerializer(_Described):
    text = CharField(help_text="To be drawn as a QR code, as it is. Base45 behind `HKP1:`.")
    issued_at = DateTimeField()
    expires_at = DateTimeField(help_text="A minute after `issued_at` at most, and never after the answer.")
    next_after_s = IntegerField(min_value=1, help_text="Seconds after which to fetch the next one.")


class AnswerSerializer(_Described):
    """An answer to a citizen. Every field is there; what the proof does not allow is null or empty."""

    id = UUIDField(help_text="UUIDv7.")
    asked_at = DateTimeField()
    door = _one_of(Door)
    proof = _one_of(Proof)
    status = StatusSerializer()
    alerts = AlertSerializer(many=True)
    orders = OrderSerializer(many=True, help_text="For OWN and KINSHIP.")
    reasons = ReasonSerializer(many=True, help_text="For OWN and KINSHIP, in a fixed order.")
    possible_causes = ListField(
        child=CharField(), help_text="With a bare unknown: always the same list. Otherwise empty."
    )
    next_steps = ListField(
        child=CharField(),
        help_text="With a bare unknown: what can be done, always the same list. With FACE_MATCHED and a "
        "status that is not green: who can see why. Otherwise empty.",
    )
    naat = NaatSerializer(allow_null=True)
    vaccination = VaccinationSerializer(allow_null=True)
    subject = SubjectSerializer()
    face_step = FaceStepSerializer(
        allow_null=True, help_text="What came of the face step; for OWN and KINSHIP, else null."
    )
    code = CodeSerializer(
        allow_null=True,
        help_text="The rotating code, new with each call; for OWN, KINSHIP and FACE_MATCHED where the door "
        "is open, but not with records; else null.",
    )
    valid_until = DateTimeField(allow_null=True)
    closes_after_s = IntegerField(
        min_value=1, help_text="Seconds after `asked_at` for which it may be shown."
    )
    data = DataSerializer(allow_null=True, help_text="How old the data is.")
    policy = CharField(help_text="Name of the policy in force.")


class ConsentSerializer(_Described):
    """A consent: good once, for the account that gave it and the person whom it names."""

    id = UUIDField(help_text="UUIDv7; to be sent as `consent`.")
    expires_at = DateTimeField()
    notice = CharField(help_text="What the person agrees to; show it before the photo is taken.")


class CheckStatusSerializer(_Described):
    code = _one_of(StatusCode)
    label = CharField()


class CheckSubjectSerializer(_Described):
    name = CharField(allow_null=True, help_text="Masked: first character and one star.")
    age_band = _one_of(AgeBand, allow_null=True)
    pseudonym = CharField(allow_null=True, help_text="The same person at the same site; different elsewhere.")


class CheckDataSerializer(_Described):
    as_of = DateTimeField(allow_null=True)
    fresh = BooleanField(help_text="Orders and tests are both fresh.")


class CodeUseSerializer(_Described):
    used_elsewhere = BooleanField(
        help_text="Another site has read this code before: it may be a picture of a screen. The verdict is "
        "manual."
    )


class CheckSerializer(_Described):
    """A check for a device. Of somebody in no record, subject, naat and vaccination are null."""

    check_id = UUIDField(help_text="UUIDv7.")
    verdict = _one_of(EntryVerdict)
    status = CheckStatusSerializer()
    alerts = ListField(child=IntegerField(min_value=1, max_value=5), help_text="Numbers of the alerts.")
    subject = CheckSubjectSerializer()
    naat = TestLineSerializer(allow_null=True)
    vaccination = _one_of(VaccinationState, allow_null=True)
    data = CheckDataSerializer()
    valid_until = DateTimeField()
    policy = CharField(help_text="Name of the policy in force.")
    code = CodeUseSerializer(allow_null=True, help_text="Null for a check by document number.")


@extend_schema_field({"$ref": "#/components/schemas/Problem"})
class _ProblemField(serializers.Field[Any, Any, Any, Any]):
    """A problem in the place of a result."""


class CheckErrorSerializer(_Described):
    """Why a question of a batch has no check."""

    error = _ProblemField()


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="CheckResult",
        serializers=[CheckSerializer, CheckErrorSerializer],
        resource_type_field_name=None,
        many=True,
    )
)
class _ResultsField(serializers.Field[Any, Any, Any, Any]):
    """Checks and errors, in the order of the questions."""


class BatchAnswerSerializer(_Described):
    """The results of a batch, each at the place of its question."""

    results = _ResultsField()


class StatusEntrySerializer(StatusSerializer):
    explanation = CharField()


class RemedyEntrySerializer(_Described):
    code = _one_of(Remedy)
    reasons = ListField(child=_one_of(Reason), help_text="The reasons that this remedy mends.")


class AlertEntrySerializer(_Described):
    number = IntegerField(min_value=1, max_value=5)
    kind = _one_of(AlertKind)
    label = CharField()
    text = CharField()
    reason = _one_of(Reason)


class LabelSerializer(_Described):
    code = CharField()
    label = CharField()


class CatalogueSerializer(_Described):
    """Every code that an answer can carry."""

    statuses = StatusEntrySerializer(many=True)
    reasons = ReasonSerializer(many=True)
    remedies = RemedyEntrySerializer(many=True)
    owners = LabelSerializer(many=True)
    alerts = AlertEntrySerializer(many=True)
    alert_causes = LabelSerializer(many=True)
    orders = LabelSerializer(many=True)
    vaccination_states = LabelSerializer(many=True)
    vaccine_products = LabelSerializer(many=True)
    naat_results = LabelSerializer(many=True)
    verdicts = LabelSerializer(many=True)
    feeds = LabelSerializer(many=True)
    possible_causes = ListField(child=CharField(), help_text="What stands under every bare unknown.")
    next_steps = ListField(child=CharField(), help_text="What stands under every bare unknown.")
