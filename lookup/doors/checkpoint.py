"""A check at a gate: a device asks about the holder of a document. The verdict is the same as anywhere."""

import hashlib
import hmac
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from identity import keyring
from identity.document import Document
from lookup import answering
from lookup.admission import Door, Proof
from lookup.answer import Check
from lookup.answering import Question
from lookup.disclosure import disclose_to_device
from lookup.models import Device, PolicyRevision, Site


def check(device: Device, document: Document, *, at: datetime) -> Check:
    """Answer a device about the holder of a document. Source: docs/domain.md, 4 and 5."""
    policy = PolicyRevision.objects.in_force(at)
    subject_key = keyring.key_of(document)
    question = Question(
        door=Door.CHECKPOINT, proof=Proof.NONE, asked_at=at, subject_key=subject_key, device_id=device.id
    )
    with transaction.atomic():
        recorded = answering.decide_and_record(question, born_on=document.born_on, policy=policy)
    return disclose_to_device(
        recorded.decision,
        id=recorded.row.id,
        policy=policy.name,
        entry_days=policy.rule_book.entry_days,
        masked_name=recorded.masked_name,
        pseudonym=_pseudonym(subject_key, device.site),
    )


def _pseudonym(subject_key: UUID, site: Site) -> str:
    """Return what a site may call a person: the same at each visit, different at every other site."""
    message = site.pseudonym_salt.bytes + subject_key.bytes
    return hmac.new(settings.PERSON_KEY_SECRET, b"pseudonym:" + message, hashlib.sha256).hexdigest()[:16]
