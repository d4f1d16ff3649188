"""Reads everything on file about one person for the staff's page.

Read it only after `lookup.doors.staff.open_file` has written its row.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from civil_time import civil_date
from healthcode.evaluation import evaluate
from healthcode.facts import AlertCause, AlertKind, OrderKind
from healthcode.verdict import Verdict
from identity.document import DocumentType, Sex
from identity.models import Kinship, KinshipQuerySet, Person
from lookup import on_file
from lookup.admission import AdmissionPolicy, Door, NotAdmitted, Proof, Standing, admit, is_age_for_assisted
from lookup.models import Lookup, PolicyRevision
from lookup.person_file import DoorShown, KinShown, LookupShown, MeasureShown, PersonFile, RegistryRow
from records.history import doses_of, tests_of
from records.models import Alert, ObservationOrder, Summary

TESTS_SHOWN_FOR = timedelta(days=90)  # as long as tests are kept; docs/domain.md, 5, "Retention"
LOOKUPS_SHOWN = 50
_DOORS = (Door.ASSISTED, Door.CHECKPOINT)


def is_on_file(person_key: UUID) -> bool:
    """Tell whether the registry has or had somebody under a key."""
    return Person.objects.filter(person_key=person_key).exists()


def read(person_key: UUID, *, at: datetime) -> PersonFile:
    """Return everything on file about a person of the registry, judged by the policy in force.

    Raises Person.DoesNotExist for a key that the registry does not know, and NoPolicyInForceError
    before the first policy.
    """
    person = Person.objects.get(person_key=person_key)
    policy = PolicyRevision.objects.in_force(at)
    subject = on_file.read(person_key, born_on=person.born_on)
    verdict = evaluate(subject.facts, policy.rule_book, at=at)
    in_force = _in_force(verdict)
    return PersonFile(
        person_key=person_key,
        policy=policy.name,
        registry=_registry_row(person),
        standing=subject.standing,
        verdict=verdict,
        doors=_doors(subject.standing, policy.admission, born_on=person.born_on, at=at),
        facts=subject.facts,
        summary_updated_at=_summary_updated_at(person_key),
        tests=tests_of(person_key, since=civil_date(at) - TESTS_SHOWN_FOR),
        doses=doses_of(person_key),
        orders=_orders(person_key, in_force=in_force),
        alerts=_alerts(person_key, in_force=in_force),
        guardians=_kin(Kinship.objects.filter(ward_id=person_key), "guardian_id", at=at),
        wards=_kin(Kinship.objects.filter(guardian_id=person_key), "ward_id", at=at),
        lookups=_lookups(person_key),
    )


def _registry_row(person: Person) -> RegistryRow:
    return RegistryRow(
        name=person.masked_name,
        number=person.masked_number,
        document_type=DocumentType(person.document_type),
        sex=Sex(person.sex),
        born_on=person.born_on,
        card_issued_on=person.card_issued_on,
        died_on=person.died_on,
        withdrawn=person.withdrawn,
        source=person.source,
        record_id=person.record_id,
        version=person.version,
        synced_at=person.synced_at,
    )


def _doors(
    standing: Standing, policy: AdmissionPolicy, *, born_on: date, at: datetime
) -> tuple[DoorShown, ...]:
    shown = []
    for door in _DOORS:
        admission = admit(door, Proof.NONE, standing, policy, at=at)
        reasons = admission.reasons if isinstance(admission, NotAdmitted) else ()
        age_served = door is not Door.ASSISTED or is_age_for_assisted(born_on, at=at)
        shown.append(DoorShown(door=door, age_served=age_served, reasons=reasons))
    return tuple(shown)


def _summary_updated_at(person_key: UUID) -> datetime | None:
    return Summary.objects.filter(person_key=person_key).values_list("updated_at", flat=True).first()


def _in_force(verdict: Verdict) -> frozenset[tuple[str, str, str]]:
    orders = {(order.kind.value, order.authority, order.reference) for order in verdict.orders}
    return frozenset(
        orders | {(alert.kind.value, alert.authority, alert.reference) for alert in verdict.alerts}
    )


def _orders(person_key: UUID, *, in_force: frozenset[tuple[str, str, str]]) -> tuple[MeasureShown, ...]:
    rows = ObservationOrder.objects.filter(person_key=person_key).order_by("-in_force_from", "pk")
    return tuple(_measure(row, kind=OrderKind(row.kind), cause=None, in_force=in_force) for row in rows)


def _alerts(person_key: UUID, *, in_force: frozenset[tuple[str, str, str]]) -> tuple[MeasureShown, ...]:
    rows = Alert.objects.filter(person_key=person_key).order_by("-in_force_from", "pk")
    return tuple(
        _measure(
            row,
            kind=AlertKind(row.kind),
            cause=AlertCause(row.cause) if row.cause else None,
            in_force=in_force,
        )
        for row in rows
    )


def _measure(
    row: ObservationOrder | Alert,
    *,
    kind: OrderKind | AlertKind,
    cause: AlertCause | None,
    in_force: frozenset[tuple[str, str, str]],
) -> MeasureShown:
    return MeasureShown(
        kind=kind,
        authority=row.authority,
        reference=row.reference,
        contact=row.contact,
        in_force_from=row.in_force_from,
        in_force_until=row.in_force_until,
        cause=cause,
        withdrawn=row.withdrawn,
        in_force=not row.withdrawn and (kind.value, row.authority, row.reference) in in_force,
    )


def _kin(kinships: KinshipQuerySet, column: str, *, at: datetime) -> tuple[KinShown, ...]:
    rows = list(kinships.order_by("-in_force_from", "id"))
    current = set(kinships.in_force(at).values_list("pk", flat=True))
    # Not by a join: the registry may not know the other one yet.
    people = Person.objects.in_bulk({getattr(row, column) for row in rows})
    return tuple(
        _kin_row(row, getattr(row, column), people.get(getattr(row, column)), in_force=row.pk in current)
        for row in rows
    )


def _kin_row(row: Kinship, key: UUID, person: Person | None, *, in_force: bool) -> KinShown:
    return KinShown(
        kinship_id=row.pk,
        person_key=key,
        name=None if person is None else person.masked_name,
        number=None if person is None else person.masked_number,
        kind=row.get_kind_display(),
        evidence=row.get_evidence_display(),
        in_force_from=row.in_force_from,
        in_force_until=row.in_force_until,
        in_force=in_force,
    )


def _lookups(person_key: UUID) -> tuple[LookupShown, ...]:
    rows = Lookup.objects.about(person_key).select_related("asker", "device__site").defer("facts", "standing")
    return tuple(
        LookupShown(
            id=row.id,
            asked_at=row.asked_at,
            door=Door(row.door),
            proof=Proof(row.proof),
            asker=str(row.asker or row.device or "-"),
            outcome=row.get_outcome_display(),
            refusal=row.refusal,
            status=row.status,
            shown_status=row.shown_status,
            reasons=tuple(row.reasons),
        )
        for row in rows.order_by("-asked_at")[:LOOKUPS_SHOWN]
    )
