"""Who is told of what, in which words, and page by page."""

from datetime import timedelta

import pytest
from django.utils import translation

from identity import claim_review, claims, kinship, notices
from identity.models import Kinship, KinshipClaim, Notice
from tests.identity.kin import (
    AT,
    CHILD,
    care_for,
    make_child,
    make_claim,
    make_father,
    make_grandmother,
    make_mother,
    request_for,
)
from tests.makers import make_account, make_kinship, make_staff

pytestmark = pytest.mark.django_db

Kind = Notice.Kind
# What tells no name: it is about the account, or about a case of somebody who may have proved nothing.
ABOUT_NOBODY = (
    Kind.KINSHIP_REFUSED,
    Kind.PASSWORD_CHANGED,
    Kind.CASE_ANSWERED,
    Kind.CASE_CLOSED,
    Kind.ANSWER_CHANGED,
    Kind.ASK_AGAIN,
)


def told(user) -> list[str]:
    """Return the kinds of what an account was told, oldest first."""
    return list(Notice.objects.filter(recipient=user).order_by("id").values_list("kind", flat=True))


def test_post_writes_one_row_that_waits_to_be_sent() -> None:
    account = make_account(at=AT)
    notice = notices.post(account, Kind.PASSWORD_CHANGED, subject_key=None, at=AT)
    assert (notice.happened_at, notice.next_try_at, notice.sent_at, notice.tries) == (AT, AT, None, 0)
    assert told(account) == [Kind.PASSWORD_CHANGED]


def test_subject_and_guardians_in_force_are_told_but_not_the_one_who_did_it() -> None:
    mother, father, elder = make_mother(), make_father(), make_grandmother()
    former = make_account(at=AT)
    held = make_kinship(mother.person, elder.person, at=AT, kind=Kinship.Kind.CARER)
    make_kinship(father.person, elder.person, at=AT, kind=Kinship.Kind.CARER)

    notices.tell_subject_and_guardians(elder.person_id, Kind.LOCK_CLOSED, at=AT, besides=father.id)
    assert (told(elder), told(mother), told(father), told(former)) == (
        ["LOCK_CLOSED"],
        ["LOCK_CLOSED"],
        [],
        [],
    )
    Kinship.objects.filter(id=held.id).update(in_force_until=AT)
    notices.tell_subject_and_guardians(elder.person_id, Kind.LOCK_OPENED, at=AT)
    assert (told(father), told(mother)) == (["LOCK_OPENED"], ["LOCK_CLOSED"])
    assert Notice.objects.filter(subject_key=elder.person_id, next_try_at=AT, sent_at=None).count() == 4


def test_switched_off_account_is_not_told() -> None:
    child = make_child()
    mother = make_mother(is_active=False)
    make_kinship(mother.person, child, at=AT)
    make_kinship(make_father().person, child, at=AT)
    notices.tell_subject_and_guardians(child.person_key, Kind.LOCK_CLOSED, at=AT)
    assert Notice.objects.count() == 1


def test_claim_is_told_to_the_other_guardian_and_its_end_to_both() -> None:
    mother, father, staff = make_mother(), make_father(), make_staff(at=AT)
    make_kinship(father.person, make_child(), at=AT)

    claim = make_claim(mother)
    assert (told(mother), told(father)) == ([], ["KINSHIP_CLAIMED"])
    claim_review.verify(claim, reviewer=staff, at=AT)
    assert (told(mother), told(father)[1:]) == (["KINSHIP_VERIFIED"], ["KINSHIP_VERIFIED"])
    kinship.end(father, claim.id, at=AT)
    assert (told(mother)[1:], told(father)[2:]) == (["KINSHIP_DISPUTED"], [])
    kinship.end_by_review(Kinship.objects.get(id=claim.id), reviewer=staff, at=AT)
    assert (told(mother)[2:], told(father)[2:]) == (["KINSHIP_ENDED"], ["KINSHIP_ENDED"])


def test_reinstated_guardian_is_told() -> None:
    mother, father, child = make_mother(), make_father(), make_child()
    held = make_kinship(mother.person, child, at=AT)
    make_kinship(father.person, child, at=AT)
    kinship.end(father, held.id, at=AT)
    kinship.reinstate(held, reviewer=make_staff(at=AT), at=AT)
    assert told(mother) == ["KINSHIP_DISPUTED", "KINSHIP_VERIFIED"]
    assert told(father) == ["KINSHIP_VERIFIED"]


def test_claim_on_a_number_in_no_record_is_told_to_nobody() -> None:
    make_claim(make_mother())
    assert not Notice.objects.exists()


def test_elder_is_told_of_a_claim_and_the_claimant_of_the_answer() -> None:
    mother, elder = make_mother(), make_grandmother()
    claim = make_claim(mother, care_for())
    assert told(elder) == ["KINSHIP_CLAIMED"]
    claim_review.confirm(elder, claim.id, at=AT)
    assert (told(mother), told(elder)) == (["KINSHIP_VERIFIED"], ["KINSHIP_CLAIMED"])


def test_withdrawn_claim_is_told_to_nobody() -> None:
    mother, elder = make_mother(), make_grandmother()
    claims.withdraw(mother, make_claim(mother, care_for()).id, at=AT)
    assert (told(mother), told(elder)) == ([], ["KINSHIP_CLAIMED"])


def test_refusal_reads_alike_for_every_cause_and_names_nobody() -> None:
    make_child()
    mother, staff = make_mother(), make_staff(at=AT)
    texts = set()
    for n, reason in enumerate(KinshipClaim.Refusal):
        claim = make_claim(mother, request_for(name="错名"), at=AT + timedelta(days=n))
        claim_review.refuse(claim, reviewer=staff, refusal=reason, at=AT + timedelta(days=n))
    for shown in notices.page_of(mother, before=None, limit=50):
        assert (shown.subject_name, shown.is_about_me) == (None, False)
        texts.add(shown.text)
    assert len(texts) == 1
    assert "李" not in texts.pop()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_words_for_the_subject_and_for_others(kind: Kind, language: str) -> None:
    mother, elder = make_mother(), make_grandmother()
    with translation.override(language):
        mine = notices.text_of(notices.post(elder, kind, subject_key=elder.person_id, at=AT))
        hers = notices.text_of(notices.post(mother, kind, subject_key=elder.person_id, at=AT))
    assert mine.endswith((".", "。"))
    assert "%" not in mine + hers
    assert "桂英" not in mine + hers
    is_about_a_person = kind not in ABOUT_NOBODY
    assert ("赵*" in hers) == is_about_a_person
    assert (mine != hers) == is_about_a_person


def test_text_masks_somebody_whom_the_registry_does_not_know() -> None:
    child = make_child()
    notice = notices.post(make_mother(), Kind.LOCK_CLOSED, subject_key=child.person_key, at=AT)
    assert "李*" in notices.text_of(notice)
    child.delete()
    text = notices.text_of(notice)
    assert "*" in text
    assert "李" not in text


def test_page_leads_on_without_gap_or_repetition() -> None:
    mother, other = make_mother(), make_father()
    for n in range(7):
        notices.post(mother, Kind.PASSWORD_CHANGED, subject_key=None, at=AT + timedelta(minutes=n))
        notices.post(other, Kind.PASSWORD_CHANGED, subject_key=None, at=AT)
    first = notices.page_of(mother, before=None, limit=3)
    second = notices.page_of(mother, before=first[-1].id, limit=3)
    third = notices.page_of(mother, before=second[-1].id, limit=3)

    assert [len(first), len(second), len(third)] == [3, 3, 1]
    times = [shown.happened_at for shown in (*first, *second, *third)]
    assert times == [AT + timedelta(minutes=n) for n in range(6, -1, -1)]
    assert notices.page_of(mother, before=third[-1].id, limit=3) == ()


def test_shown_notice_keeps_its_words_out_of_repr() -> None:
    elder = make_grandmother()
    notices.post(elder, Kind.LOCK_CLOSED, subject_key=elder.person_id, at=AT)
    [shown] = notices.page_of(elder, before=None, limit=5)
    assert (shown.subject_name, shown.is_about_me) == ("赵*", True)
    assert "赵" not in repr(shown)
    assert CHILD.number not in repr(shown)


@pytest.mark.parametrize("kind", [Kind.CASE_ANSWERED, Kind.CASE_CLOSED])
def test_notice_of_a_case_tells_its_number_and_no_name(kind: Notice.Kind) -> None:
    mother = make_mother()
    told = notices.post(mother, kind, subject_key=None, at=AT, reference="HK-2026-000123-W")
    text = notices.text_of(told)
    assert "HK-2026-000123-W" in text
    assert "*" not in text
