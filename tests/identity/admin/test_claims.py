"""The admin's queue of claims and its disputes: who decides, what is shown, and who is kept by name."""

from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from identity import kinship
from identity.models import Kinship, KinshipClaim, User
from identity.staff import StaffRole
from tests.admin_clients import ENGLISH
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
from tests.lookup.web.pages import text_of
from tests.makers import make_document, make_kinship, make_staff

pytestmark = pytest.mark.django_db

QUEUE = "/admin/identity/kinshipclaim/"


@pytest.fixture
def at():
    return AT


@pytest.fixture
def reviewer(at) -> Client:
    """A colleague who may review claims, and nothing else."""
    staff = make_staff("+8613900000095", at=at, role=StaffRole.AUDITOR)
    staff.groups.clear()
    allowed = ("view_kinshipclaim", "change_kinshipclaim", "view_kinship", "change_kinship")
    staff.user_permissions.set(Permission.objects.filter(codename__in=allowed))
    client = Client(headers=ENGLISH)
    client.force_login(staff)
    return client


def page_of(claim: KinshipClaim) -> str:
    return f"{QUEUE}{claim.pk}/change/"


def verify_it(client: Client, claim: KinshipClaim, **body: str):
    return client.post(f"{QUEUE}{claim.pk}/verify/", body or {"seen": "on"})


def refuse_it(client: Client, claim: KinshipClaim, refusal: str = "EVIDENCE_NOT_FOUND"):
    return client.post(f"{QUEUE}{claim.pk}/refuse/", {"refusal": refusal})


def test_queue_lists_what_waits_the_oldest_first(reviewer, at) -> None:
    mother = make_mother()
    first = make_claim(mother, request_for(make_document(date(2014, 1, 1))), at=at - timedelta(days=1))
    second = make_claim(mother)
    decided = make_claim(make_father())
    refuse_it(reviewer, decided)

    page = reviewer.get(QUEUE)
    assert [row.pk for row in page.context["cl"].result_list] == [first.pk, second.pk]
    assert "2 waiting, the oldest first" in text_of(page)
    listed = [
        reviewer.get(f"{QUEUE}?state={state}").context["cl"].result_count for state in ("all", "REFUSED")
    ]
    assert listed == [3, 1]


def test_page_shows_claim_and_registry_masked(reviewer) -> None:
    make_child()
    claim = make_claim(make_mother(), request_for(name="欧阳春"))

    page = reviewer.get(page_of(claim))

    words = text_of(page)
    assert "Name 欧* 李* No" in words
    assert f"{CHILD.masked} {CHILD.masked} Yes" in words
    assert "under 18" in words
    for hidden in (CHILD.number, "欧阳春", "李小明", "王芳"):
        assert hidden not in page.content.decode()


def test_reference_is_in_full_for_reviewers_alone(reviewer, auditor) -> None:
    claim = make_claim(make_mother())
    assert "T110000123" in text_of(reviewer.get(page_of(claim)))
    seen = text_of(auditor.get(page_of(claim)))
    assert "T110000123" not in seen
    assert "T1******23" in seen


def test_reviewer_verifies_after_saying_that_the_evidence_was_seen(reviewer) -> None:
    make_child()
    claim = make_claim(make_mother())

    unseen = reviewer.post(f"{QUEUE}{claim.pk}/verify/", {})
    assert (unseen.status_code, "tick that you have seen" in text_of(unseen)) == (200, True)
    assert not Kinship.objects.exists()
    answer = verify_it(reviewer, claim)

    assert (answer.status_code, answer["Location"]) == (302, page_of(claim))
    made = Kinship.objects.get()
    assert made.verified_by == User.objects.get(staff_name="Staff 95")
    assert [entry.change_message for entry in LogEntry.objects.all()] == ["Verified the claim."]
    assert "in force from now on" in text_of(reviewer.get(page_of(claim)))
    assert "Staff 95" in text_of(reviewer.get(page_of(claim)))


def test_reviewer_refuses_with_a_reason(reviewer) -> None:
    claim = make_claim(make_mother())

    for missing in ("", "NO_SUCH_REASON", "REFUSED_BY_WARD"):
        assert "Please say why" in text_of(refuse_it(reviewer, claim, missing))
    assert refuse_it(reviewer, claim).status_code == 302

    claim.refresh_from_db()
    assert (claim.state, claim.refusal) == ("REFUSED", "EVIDENCE_NOT_FOUND")
    assert LogEntry.objects.get().change_message == "Refused the claim: EVIDENCE_NOT_FOUND."


def test_auditor_looks_and_decides_nothing(auditor, reviewer) -> None:
    make_child()
    claim = make_claim(make_mother())

    page = auditor.get(page_of(claim))
    assert page.status_code == 200
    assert "/verify/" not in page.content.decode()
    assert (verify_it(auditor, claim).status_code, refuse_it(auditor, claim).status_code) == (403, 403)
    assert not Kinship.objects.exists()
    assert verify_it(reviewer, claim).status_code == 302
    assert Kinship.objects.exists()


def test_staff_without_the_right_and_citizens_do_not_even_look(at) -> None:
    claim = make_claim(make_mother())
    nobody = make_staff("+8613900000096", at=at, role=StaffRole.AUDITOR)
    nobody.groups.clear()
    client = Client(headers=ENGLISH)
    client.force_login(nobody)
    assert (client.get(QUEUE).status_code, client.get(page_of(claim)).status_code) == (403, 403)
    client.force_login(make_father())
    assert verify_it(client, claim)["Location"].startswith("/admin/login/")


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda claim: None, "do not agree"),
        (lambda claim: make_child(died_on=AT.date()), "do not agree"),
        (lambda claim: make_child(name="欧阳春"), "do not agree"),
    ],
    ids=["nobody", "dead", "another name"],
)
def test_verify_says_why_it_was_not_taken(reviewer, prepare, words: str) -> None:
    claim = make_claim(make_mother())
    prepare(claim)
    verify_it(reviewer, claim)
    assert words in text_of(reviewer.get(page_of(claim)))
    assert not Kinship.objects.exists()


def test_verify_says_that_the_kind_does_not_fit_the_age(reviewer) -> None:
    make_grandmother()
    mother = make_mother()
    claim = make_claim(mother, care_for(kind=Kinship.Kind.PARENT, reference="T1"))
    verify_it(reviewer, claim)
    assert "a carer for an adult" in text_of(reviewer.get(page_of(claim)))


def test_decided_claim_is_decided_once(reviewer) -> None:
    make_child()
    claim = make_claim(make_mother())
    refuse_it(reviewer, claim)
    verify_it(reviewer, claim)
    page = reviewer.get(page_of(claim))
    assert "decided a moment ago" in text_of(page)
    assert "/verify/" not in page.content.decode()
    assert not Kinship.objects.exists()


def test_reviewer_leaves_the_own_claim_to_a_colleague(reviewer, admin) -> None:
    make_child()
    mother = make_mother(is_staff=True, is_superuser=True, staff_name="Wang")
    claim = make_claim(mother)
    own = Client(headers=ENGLISH)
    own.force_login(mother)

    verify_it(own, claim)
    assert "leave it to a colleague" in text_of(own.get(page_of(claim)))
    assert not Kinship.objects.exists()
    verify_it(admin, claim)
    assert Kinship.objects.exists()


@pytest.mark.parametrize("path", ["verify", "refuse"])
def test_actions_take_post_with_the_token_alone(reviewer, admin, at, path: str) -> None:
    claim = make_claim(make_mother())
    address = f"{QUEUE}{claim.pk}/{path}/"
    assert reviewer.get(address).status_code == 405
    assert reviewer.post(page_of(claim), {}).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(staff_name="Staff 95"))
    assert strict.post(address, {"seen": "on"}).status_code == 403


def test_claims_are_neither_added_nor_deleted(admin) -> None:
    claim = make_claim(make_mother())
    assert admin.get(f"{QUEUE}add/").status_code == 403
    assert admin.post(f"{QUEUE}{claim.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin.get(f"{QUEUE}01814b5e-8a00-7c3a-9b1d-2f6f0c5a7e10/verify/").status_code == 405
    assert admin.post(f"{QUEUE}01814b5e-8a00-7c3a-9b1d-2f6f0c5a7e10/verify/").status_code == 404


def disputed() -> Kinship:
    mother, father, child = make_mother(), make_father(), make_child()
    held = make_kinship(mother.person, child, at=AT)
    make_kinship(father.person, child, at=AT)
    kinship.end(father, held.id, at=AT)
    return held


def decide(client: Client, held: Kinship, decision: str):
    return client.post(f"/admin/identity/kinship/{held.pk}/decide/", {"decision": decision})


@pytest.mark.parametrize(("decision", "end"), [("reinstate", ""), ("end", "BY_REVIEW")])
def test_dispute_is_decided_by_a_named_colleague(reviewer, decision: str, end: str) -> None:
    held = disputed()
    assert "Decide the dispute" in text_of(reviewer.get(f"/admin/identity/kinship/{held.pk}/change/"))

    assert decide(reviewer, held, decision).status_code == 302

    held.refresh_from_db()
    assert held.end == end
    entry = LogEntry.objects.get()
    assert (entry.user.get_short_name(), "after a review" in entry.change_message) == ("Staff 95", True)
    again = text_of(reviewer.get(f"/admin/identity/kinship/{held.pk}/change/"))
    assert ("It is decided" in again, "Decide the dispute" in again) == (True, False)


def test_dispute_is_listed_and_decided_by_no_auditor(auditor, reviewer) -> None:
    held = disputed()
    listed = auditor.get("/admin/identity/kinship/?end__exact=DISPUTED").context["cl"].result_count
    assert listed == 1
    assert "Decide the dispute" not in text_of(auditor.get(f"/admin/identity/kinship/{held.pk}/change/"))
    assert decide(auditor, held, "reinstate").status_code == 403
    held.refresh_from_db()
    assert held.end == "DISPUTED"
    assert decide(reviewer, held, "nonsense").status_code == 302
    held.refresh_from_db()
    assert held.end == "DISPUTED"
    decide(reviewer, held, "reinstate")
    held.refresh_from_db()
    assert held.end == ""


def test_kinship_that_nobody_disputes_is_not_decided(reviewer) -> None:
    held = make_kinship(make_mother().person, make_child(), at=AT)
    decide(reviewer, held, "end")
    assert "Nothing was changed" in text_of(reviewer.get(f"/admin/identity/kinship/{held.pk}/change/"))
    held.refresh_from_db()
    assert held.end == ""


def test_claim_verified_by_mistake_is_ended_by_a_colleague(reviewer, auditor) -> None:
    make_child()
    claim = make_claim(make_mother())
    verify_it(reviewer, claim)
    made = Kinship.objects.get()
    address = f"/admin/identity/kinship/{made.pk}/change/"
    assert "End it after a review" not in text_of(auditor.get(address))
    assert "End it after a review" in text_of(reviewer.get(address))
    assert Kinship.objects.in_force(AT).exists()

    decide(reviewer, made, "end")

    made.refresh_from_db()
    assert (made.end, made.ended_by.staff_name) == ("BY_REVIEW", "Staff 95")
    assert "End it after a review" not in text_of(reviewer.get(address))
