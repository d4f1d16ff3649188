"""A person's page leads to the other rows about that person, by their ids."""

import pytest

from identity.models import KinshipClaim
from records.models import VaccineDose
from tests.identity.kin import make_child, make_claim, make_mother
from tests.makers import make_dose_record

pytestmark = pytest.mark.django_db


def test_page_links_to_account_claims_and_records(auditor, at):
    mother, child = make_mother(), make_child()
    make_claim(mother, at=at)
    make_dose_record(child.person_key, at=at)
    page = auditor.get(f"/admin/identity/person/{child.person_key}/change/").content.decode()
    claim, dose = KinshipClaim.objects.get(), VaccineDose.objects.get()
    assert f"/admin/identity/kinshipclaim/{claim.pk}/change/" in page
    assert f"/admin/records/vaccinedose/{dose.pk}/change/" in page
    assert child.number not in page

    guardian = auditor.get(f"/admin/identity/person/{mother.person_id}/change/").content.decode()
    assert f"/admin/identity/user/{mother.pk}/change/" in guardian
    assert f"/admin/identity/kinshipclaim/{claim.pk}/change/" in guardian
    assert f"/admin/records/vaccinedose/{dose.pk}/change/" not in guardian


def test_claim_leads_to_the_next_one_that_waits(auditor, admin, at):
    mother = make_mother()
    make_child()
    claim = make_claim(mother, at=at)
    page = auditor.get(f"/admin/identity/kinshipclaim/{claim.pk}/change/").content.decode()
    assert "1 claim waits." in page
    assert "Next claim" not in page
    claim.pk = claim.id = type(claim)._meta.pk.get_default()
    claim.ward_key = type(claim)._meta.pk.get_default()
    claim._state.adding = True
    claim.save()
    first = KinshipClaim.objects.order_by("id").first()
    page = auditor.get(f"/admin/identity/kinshipclaim/{first.pk}/change/").content.decode()
    assert "2 claims wait." in page
    assert f'href="/admin/identity/kinshipclaim/{claim.pk}/change/">Next claim' in page
