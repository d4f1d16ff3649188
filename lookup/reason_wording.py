"""Every reason in words: why, what to do now, who puts it right, when to come back.

For OWN and KINSHIP alone; one idea a sentence, and always a next step. Source: docs/domain.md, 1 and 5.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from healthcode.facts import AlertKind
from healthcode.verdict import Reason
from lookup.record_wording import alert_label
from lookup.remedies import Owner, Remedy, owner_label

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, kw_only=True)
class ReasonWording:
    """A reason as kin read it; texts are translated when they are shown."""

    code: Reason
    label: "_StrPromise"
    text: "_StrPromise"
    remedy: Remedy
    remedy_text: "_StrPromise"
    owner: Owner
    owner_label: "_StrPromise"
    return_when: "_StrPromise"


_LABELS: "dict[Reason, _StrPromise]" = {
    Reason.NOT_IN_REGISTRY: _("Not in the registry"),
    Reason.DECEASED: _("Registered as deceased"),
    Reason.NOT_REGISTERED: _("Not registered in the service yet"),
    Reason.REGISTRATION_SYNCING: _("Registered today, seen from tomorrow"),
    Reason.NO_FACE_REFERENCE: _("No face on file"),
    Reason.LOCKED_BY_SUBJECT: _("Locked"),
    Reason.OBSERVATION_ORDER: _("Observation order in force"),
    **{Reason.for_alert(kind): alert_label(kind.number) for kind in AlertKind},
    Reason.NAAT_RETEST_REQUIRED: _("Test to be repeated alone"),
    Reason.ORDERS_NEVER_READ: _("List of orders not received yet"),
    Reason.NAAT_MISSING: _("No test on file"),
    Reason.NAAT_OVERDUE: _("Test too old"),
    Reason.NAAT_PENDING: _("Result awaited"),
    Reason.VACCINATION_UNKNOWN: _("No vaccination record found"),
    Reason.SOURCE_STALE: _("Data not up to date"),
    Reason.RECORD_IN_REVIEW: _("A record is being checked"),
}

# Reason: why, remedy, what to do now, who puts it right, when to come back.
_REASONS: "dict[Reason, tuple[_StrPromise, Remedy, _StrPromise, Owner, _StrPromise]]" = {
    Reason.NOT_IN_REGISTRY: (
        _("The registry has nobody with this document number, so nothing can be said about this person."),
        Remedy.CHECK_THE_NUMBER,
        _(
            "Compare the number with the household register, character by character. If it is right, take "
            "the household register or the birth certificate to the counter and have the person entered."
        ),
        Owner.REGISTRY,
        _("The day after the person has been entered; with a mistyped number, at once."),
    ),
    Reason.DECEASED: (
        _("The registry says that this person has died, so no status is given."),
        Remedy.CORRECT_THE_REGISTRY,
        _(
            "If this is a mistake, take the household register and an identity document to the counter and "
            "have the entry corrected."
        ),
        Owner.REGISTRY,
        _("The day after the entry has been corrected."),
    ),
    Reason.NOT_REGISTERED: (
        _(
            "This person is not registered in the service yet, and this query answers only about people who "
            "are. It says nothing against the person: the tests and doses on file are shown in this answer."
        ),
        Remedy.REGISTER_THE_PERSON,
        _(
            "Today: use the third-party query. It answers a verified guardian at once, and it registers the "
            "person.\n"
            "Or let the gate check by document number. A gate's check needs no registration."
        ),
        Owner.ASKER,
        _("The day after the registration, any time from midnight (Beijing time)."),
    ),
    Reason.REGISTRATION_SYNCING: (
        _(
            "This person was registered today, and this query sees a registration only from the next "
            "midnight on."
        ),
        Remedy.WAIT_UNTIL_TOMORROW,
        _(
            "There is nothing you need to do for tomorrow. Today: use the third-party query, which answers a "
            "verified guardian at once, or let the gate check by document number."
        ),
        Owner.SERVICE,
        _("Tomorrow, any time from midnight (Beijing time)."),
    ),
    Reason.NO_FACE_REFERENCE: (
        _(
            "This query compares with a face on file, and there is no face on file for this person. A face "
            "comes on file with the photo of an identity card, so a child without a card has none. It says "
            "nothing against the person's health or records: the tests and doses on file are shown in this "
            "answer."
        ),
        Remedy.USE_THIRD_PARTY_QUERY,
        _(
            "Today: use the third-party query. It answers a verified guardian at once, without a photo.\n"
            "Or let the gate check by document number. A gate's check needs no face.\n"
            "For good: apply for an identity card for the person. A guardian may apply for a child of any "
            "age."
        ),
        Owner.REGISTRY,
        _("The day after the card has arrived. This query then answers again."),
    ),
    Reason.LOCKED_BY_SUBJECT: (
        _("The person or a guardian has locked this query for everybody who is not verified kin."),
        Remedy.ASK_THE_PERSON,
        _("Ask the person or the guardian to show the code themselves, or to open the lock."),
        Owner.SUBJECT,
        _("As soon as the lock has been opened."),
    ),
    Reason.OBSERVATION_ORDER: (
        _("An order for observation is in force for this person. It is listed with its reference and end."),
        Remedy.CONTACT_AUTHORITY,
        _(
            "Keep to the order. If it is wrong or already lifted, call the contact listed with it and "
            "give the reference."
        ),
        Owner.AUTHORITY,
        _("After the end that stands with the order, or when the authority has lifted it."),
    ),
    Reason.ALERT_1: (
        _("Alert 1 is in force: this person has been in a county with a case."),
        Remedy.CONTACT_COMMUNITY,
        _(
            "Report to the community and follow what it asks for. An own test does not end this alert: time "
            "does, or the community's word."
        ),
        Owner.COMMUNITY,
        _("After the end that stands with the alert, or when the community has lifted it."),
    ),
    Reason.ALERT_2: (
        _("Alert 2 is in force: this person entered the country and the isolation after entry is not over."),
        Remedy.WAIT_FOR_THE_END,
        _(
            "Finish the isolation. The alert ends by itself the day after. If it stays longer, call the "
            "contact listed with the alert."
        ),
        Owner.AUTHORITY,
        _("The day after the isolation ends."),
    ),
    Reason.ALERT_3: (
        _("Alert 3 is in force: this person was at the same place and time as a case."),
        Remedy.CONTACT_COMMUNITY,
        _(
            "Stay where you are and call the community. It looks into the matter and lifts the alert. An own "
            "test does not end it."
        ),
        Owner.COMMUNITY,
        _("When the community says that the alert has been lifted."),
    ),
    Reason.ALERT_4: (
        _("Alert 4 is in force: a required test is missing. The cause stands with the alert."),
        Remedy.TAKE_TEST,
        _("Take a nucleic acid test today. The alert ends by itself with a negative result."),
        Owner.SUBJECT,
        _("When the result is out, usually within a day of the test."),
    ),
    Reason.ALERT_5: (
        _("Alert 5 is in force: this person has been in a county at the land border."),
        Remedy.CONTACT_COMMUNITY,
        _("Report to the community and follow what it asks for. The alert ends by itself after 14 days."),
        Owner.COMMUNITY,
        _("After the end that stands with the alert."),
    ),
    Reason.NAAT_RETEST_REQUIRED: (
        _(
            "A test must be repeated alone: the shared tube was positive, or the own result was positive or "
            "unclear. A positive tube does not mean that this person is positive."
        ),
        Remedy.TAKE_SINGLE_TEST,
        _("Stay where you are, avoid contact, and call the community for a single test."),
        Owner.COMMUNITY,
        _("When the result of the single test is out, usually within a day."),
    ),
    Reason.ORDERS_NEVER_READ: (
        _("The service has not yet received the list of orders, so it does not call anybody green."),
        Remedy.COME_BACK_LATER,
        _("There is nothing you need to do. Until then, show the tests and doses in this answer."),
        Owner.SERVICE,
        _("In one hour."),
    ),
    Reason.NAAT_MISSING: (
        _("No result of a nucleic acid test is on file, and the entry rule asks for one."),
        Remedy.TAKE_TEST,
        _(
            "Take a test. If one was taken lately, ask the laboratory whether it was uploaded under the "
            "right document number."
        ),
        Owner.SUBJECT,
        _("When the result is out, usually within a day of the test."),
    ),
    Reason.NAAT_OVERDUE: (
        _("The newest negative test is older than the entry rule allows."),
        Remedy.TAKE_TEST,
        _("Take a new test today."),
        Owner.SUBJECT,
        _("When the result is out, usually within a day of the test."),
    ),
    Reason.NAAT_PENDING: (
        _("A specimen has been taken and its result is not out yet."),
        Remedy.WAIT_FOR_RESULT,
        _(
            "Wait for the result. After more than a day, ask the test site or the laboratory, and give the "
            "date of the test."
        ),
        Owner.LABORATORY,
        _("In a few hours; at the latest the day after the test."),
    ),
    Reason.VACCINATION_UNKNOWN: (
        _("No dose of a vaccine is on file for this person. This does not change the status."),
        Remedy.ASK_VACCINATION_SITE,
        _(
            "If the person was vaccinated, take the vaccination card and the document to the vaccination "
            "site and have the doses entered."
        ),
        Owner.VACCINATION_SITE,
        _("The day after the site has entered the doses."),
    ),
    Reason.SOURCE_STALE: (
        _("Part of the data has not been renewed in time, so something new may be missing here."),
        Remedy.COME_BACK_LATER,
        _("There is nothing you need to do. The age of the data is listed in this answer."),
        Owner.SERVICE,
        _("In one hour."),
    ),
    Reason.RECORD_IN_REVIEW: (
        _("A record about this person contradicts another and is being checked. It does not count yet."),
        Remedy.WAIT_FOR_REVIEW,
        _("There is nothing you need to do. Keep papers about tests and doses at hand until it is settled."),
        Owner.SERVICE,
        _("Tomorrow."),
    ),
}


def reason_wording(reason: Reason) -> ReasonWording:
    """Return a reason in words, for an asker who may know it (OWN or KINSHIP)."""
    text, remedy, remedy_text, owner, return_when = _REASONS[reason]
    return ReasonWording(
        code=reason,
        label=_LABELS[reason],
        text=text,
        remedy=remedy,
        remedy_text=remedy_text,
        owner=owner,
        owner_label=owner_label(owner),
        return_when=return_when,
    )
