"""The people whom demo.json names: each stands for one answer of the service, on every day the same."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_noop as _

from demo.eras import era_start, moment
from demo.measures import ALERTS, RED, YELLOW
from demo.people import Card, Citizen, Course, Kin, Testing, document_of, other_document_of, sex_of
from demo.roles import PERMIT_CHILD, WITH_OTHER_DOCUMENTS, Role
from identity.document import DocumentType
from identity.models import Kinship

_SINCE = timedelta(days=200)
"""How long before the era the cast's cards, registrations and kinships began."""


_PARENT, _LEGAL, _CARER = Kinship.Kind.PARENT, Kinship.Kind.LEGAL_GUARDIAN, Kinship.Kind.CARER
_BIRTH, _COURT = Kinship.Evidence.BIRTH_CERTIFICATE, Kinship.Evidence.COURT_DECISION
_OLD_ENOUGH = Course.INACTIVATED_BOOSTED

ACCOUNT_HOLDERS = (
    Role(
        label="guardian",
        name="李守安",
        born=(41, 3, 12),
        order=11,
        note="Father, legal guardian and carer of all the labelled wards.",
        course=_OLD_ENOUGH,
    ),
    Role(
        label="stranger",
        name="周遇",
        born=(33, 8, 2),
        order=12,
        note="Nobody's guardian.",
        course=_OLD_ENOUGH,
    ),
    Role(
        label="third_party",
        name="陈远行",
        born=(29, 11, 23),
        order=13,
        note="Somebody who looks adults up with name, number and face.",
        course=_OLD_ENOUGH,
    ),
)

WARDS = (
    Role(
        label="story_child",
        name="李小满",
        born=(7, 6, 15),
        order=1,
        note=_("No card, no face, two doses, a test yesterday: UNKNOWN, NO_FACE_REFERENCE; green at a gate."),
        card=Card.NONE,
        kind=_PARENT,
        evidence=_BIRTH,
    ),
    Role(
        label="green_child",
        name="李晴",
        born=(9, 4, 30),
        order=2,
        note=_("GREEN for the guardian and for a stranger."),
        kind=_PARENT,
    ),
    Role(
        label="yellow",
        name="何安然",
        born=(12, 9, 8),
        order=3,
        note=_("YELLOW: home isolation. A stranger reads the bare unknown."),
        measure=YELLOW,
        kind=_LEGAL,
        evidence=_COURT,
    ),
    Role(
        label="red",
        name="吴桂兰",
        born=(68, 2, 17),
        order=4,
        note=_("RED: central isolation. A stranger reads the bare unknown."),
        measure=RED,
        kind=_CARER,
        course=_OLD_ENOUGH,
    ),
    Role(
        label="alert_1",
        name="何星河",
        born=(10, 1, 21),
        order=5,
        note=_("UNCONFIRMED: alert 1, was in a county with a case."),
        measure=ALERTS[0],
        kind=_LEGAL,
        evidence=_COURT,
    ),
    Role(
        label="alert_2",
        name="古丽娜尔·买买提",
        born=(73, 10, 1),
        order=6,
        note=_("UNCONFIRMED: alert 2, isolation after entry."),
        measure=ALERTS[1],
        kind=_CARER,
        course=Course.RECOMBINANT,
    ),
    Role(
        label="alert_3",
        name="李朝阳",
        born=(8, 12, 5),
        order=7,
        note=_("UNCONFIRMED: alert 3, same time and place as a case; an own test does not lift it."),
        measure=ALERTS[2],
        kind=_LEGAL,
    ),
    Role(
        label="alert_4",
        name="孙玉珍",
        born=(65, 5, 9),
        order=8,
        note=_("UNCONFIRMED: alert 4, a required test is missing."),
        testing=Testing.OVERDUE,
        measure=ALERTS[3],
        kind=_CARER,
        course=_OLD_ENOUGH,
    ),
    Role(
        label="alert_5",
        name="Anna-Lena Öström",
        born=(71, 7, 27),
        order=10,
        note=_("UNCONFIRMED: alert 5, was in a land-border county."),
        measure=ALERTS[4],
        kind=_CARER,
        course=Course.VECTOR,
    ),
    Role(
        label="pending_test",
        name="李立夏",
        born=(11, 5, 6),
        order=14,
        note=_("GREEN with NAAT_PENDING: yesterday's test has no result yet."),
        testing=Testing.PENDING,
        kind=_LEGAL,
    ),
    Role(
        label="overdue_test",
        name="何冬青",
        born=(6, 2, 3),
        order=15,
        note=_("GREEN with NAAT_OVERDUE: the newest test is more than a week old; no entry at a gate."),
        testing=Testing.OVERDUE,
        course=Course.FIRST_ONLY,
        kind=_LEGAL,
        evidence=_COURT,
    ),
    Role(
        label="unregistered_elder",
        name="赵德山",
        born=(77, 6, 1),
        order=17,
        note=_("Never registered, face on file: UNKNOWN, NOT_REGISTERED; green at a gate."),
        is_registered=False,
        kind=_CARER,
        course=Course.NONE,
    ),
)

LOCKED_ELDER = Role(
    label="locked_elder",
    name="何静姝",
    born=(70, 11, 30),
    order=18,
    note=_("The guardian has locked her: GREEN for kin, the bare unknown for everybody else."),
    kind=_CARER,
    course=_OLD_ENOUGH,
)
"""One more ward, so that a lock is among the reasons; not in demo.json."""

ADULT = Role(
    label="adult",
    name="林晚舟",
    born=(35, 9, 19),
    order=16,
    note=_("Registered, face on file, of no age for the assisted query."),
    course=_OLD_ENOUGH,
)

CAST = (*WARDS, LOCKED_ELDER, ADULT, *WITH_OTHER_DOCUMENTS, *ACCOUNT_HOLDERS)


def cast_on(today: date) -> tuple[Citizen, ...]:
    """Return the cast of the era that a day belongs to."""
    return tuple(_citizen(role, era_start(today)) for role in CAST)


def kin_of_cast(cast: tuple[Citizen, ...], today: date) -> Iterator[Kin]:
    """Yield the kinship between the guardian and every labelled ward."""
    by_label = {citizen.label: citizen for citizen in cast}
    since = era_start(today) - _SINCE
    for role in (*WARDS, LOCKED_ELDER, PERMIT_CHILD):
        assert role.kind is not None
        yield Kin(
            id=f"{since.year + 1}-kin-{role.label}",
            guardian=by_label["guardian"],
            ward=by_label[role.label],
            kind=role.kind,
            evidence=role.evidence,
            since=moment(since, 9),
        )


def _citizen(role: Role, era: date) -> Citizen:
    years_before, month, day = role.born
    born_on = date(era.year - years_before, month, day)
    if role.document_type is DocumentType.RESIDENT_ID:
        document = document_of(born_on, role.order)
    else:
        document = other_document_of(role.document_type, era)
    return Citizen(
        id=f"{era.year}-{role.label}",
        document=document,
        born_on=born_on,
        sex=sex_of(role.order),
        name=role.name,
        label=role.label,
        card=role.card,
        card_issued_on=None if role.card is Card.NONE else era - _SINCE,
        registered_at=moment(era - _SINCE, 10) if role.is_registered else None,
        testing=role.testing,
        course=role.course,
        measure=role.measure,
    )
