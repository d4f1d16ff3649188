"""The check as a view of DRF: the rule book and the disclosure table are ours, everything else is the ORM."""

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.db.models import Min, Q
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.views import APIView
from uuid_utils.compat import uuid7

from benchmarks.peers.drf_check.models import Device, Lookup, Person, PolicyRevision, Source
from benchmarks.peers.drf_check.serializers import CheckSerializer, QuestionSerializer
from civil_time import civil_date
from healthcode.compact import decode_alerts, decode_doses, decode_naats, decode_orders, encode_facts
from healthcode.evaluation import RULES_VERSION, evaluate
from healthcode.facts import Facts, FeedAges
from healthcode.policy import CounterVersion, Policy, StaleAfter
from identity.masking import mask_name
from identity.person_key import person_key
from identity.sealed import SealingRing
from lookup.admission import AdmissionPolicy, Door, Proof, Standing, admit, encode_standing
from lookup.disclosure import Decision, disclose_to_device

RING = SealingRing({1: settings.SEALING_KEY}, primary=1)


class Checks(APIView):
    throttle_scope = "checks"

    def post(self, request):
        question = QuestionSerializer(data=request.data)
        question.is_valid(raise_exception=True)
        document = question.validated_data["document_number"]
        at = timezone.now()
        device = Device.objects.select_related("site").get(id=request.user.gate.device_id)
        key = person_key(document, secret=settings.PERSON_KEY_SECRET)
        person = Person.objects.select_related("summary").filter(person_key=key, withdrawn=False).first()
        revision = PolicyRevision.objects.filter(in_force_from__lte=at).order_by("-in_force_from").first()
        facts, standing = facts_of(person, document), standing_of(person)
        decision = Decision(
            verdict=evaluate(facts, policy_of(revision), at=at),
            admission=admit(
                Door.CHECKPOINT,
                Proof.NONE,
                standing,
                AdmissionPolicy(face_needed_for_assisted=revision.face_needed_for_assisted),
                at=at,
            ),
            feeds=facts.feeds,
        )
        told = disclose_to_device(
            decision,
            id=uuid7(),
            policy=revision.name,
            entry_days=revision.entry_days,
            masked_name=None if person is None else masked_name_of(person),
            pseudonym=pseudonym(key, device),
        )
        row = Lookup.objects.create(
            id=told.id,
            asked_on=civil_date(at),
            asked_at=at,
            door="CHECKPOINT",
            proof="NONE",
            device_id=device.id,
            subject_key=key,
            outcome="ANSWERED",
            refusal="",
            status=decision.status.value,
            shown_status=decision.status.value,
            reasons=[reason.value for reason in decision.reasons],
            facts=encode_facts(facts),
            standing=encode_standing(standing),
            policy=revision.name,
            rules=RULES_VERSION,
            closes_at=at + timedelta(seconds=10),
            entry_verdict=told.verdict.value,
            entry_days=revision.entry_days,
        )
        return Response(CheckSerializer(row, context={"told": told}).data, status=201)


def facts_of(person, document):
    ages = Source.objects.filter(counts_for_freshness=True).aggregate(
        registry=Min("as_of", filter=Q(kind__in=["registry", "kinship"])),
        tests=Min("as_of", filter=Q(kind__in=["tests", "tubes"])),
        doses=Min("as_of", filter=Q(kind="doses")),
        orders=Min("as_of", filter=Q(kind__in=["orders", "alerts"])),
    )
    summary = getattr(person, "summary", None)
    return Facts(
        born_on=document.born_on if person is None else person.born_on,
        naats=decode_naats(summary.naats) if summary else (),
        doses=decode_doses(summary.doses) if summary else (),
        orders=decode_orders(summary.orders) if summary else (),
        alerts=decode_alerts(summary.alerts) if summary else (),
        feeds=FeedAges(**ages),
        record_in_review=bool(summary and summary.record_in_review),
    )


def standing_of(person):
    if person is None:
        return Standing(in_registry=False)
    return Standing(
        in_registry=True,
        died_on=person.died_on,
        registered_at=person.registered_at,
        has_face_reference=person.face_reference != "",
    )


def policy_of(revision):
    return Policy(
        name=revision.name,
        in_force_from=revision.in_force_from,
        counter=CounterVersion(revision.counter),
        entry_days=revision.entry_days,
        alert_1_for=timedelta(days=revision.alert_1_days),
        stale_after=StaleAfter(
            registry=revision.registry_stale_after,
            tests=revision.tests_stale_after,
            doses=revision.doses_stale_after,
            orders=revision.orders_stale_after,
        ),
    )


def masked_name_of(person):
    context = f"identity_person:name:{person.person_key}"
    return mask_name(RING.unseal(bytes(person.name_sealed), context=context))


def pseudonym(key, device):
    message = b"pseudonym:" + device.site.pseudonym_salt.bytes + key.bytes
    return hmac.new(settings.PERSON_KEY_SECRET, message, hashlib.sha256).hexdigest()[:16]
