"""A gate and its checks for tests that are about something else: a device of tests.makers asks."""

from datetime import datetime

from identity.document import Document
from lookup.answer import Check
from lookup.doors import checkpoint
from lookup.doors.checkpoint import Question
from lookup.gates.gate import Gate
from lookup.gates.statements import run_on_django
from lookup.models import Device, DeviceScope


def gate_of(device: Device, *, scopes: tuple[str, ...] = tuple(DeviceScope.values)) -> Gate:
    """Return the gate of a device, as if it had shown a key."""
    return Gate(
        device_id=device.id,
        site_id=device.site_id,
        pseudonym_salt=device.site.pseudonym_salt,
        entry_rule=device.site.entry_rule,
        own_days=device.site.entry_days,
        checks_per_minute=device.checks_per_minute,
        key_prefix="testing0",
        scopes=frozenset(scopes),
    )


def check(device: Device, document: Document, *, at: datetime) -> Check:
    """Check the holder of a document, on the connection of the test."""
    question = Question(gate=gate_of(device), asked=[document], at=at)
    [[told]] = checkpoint.check([question], run=run_on_django)
    assert isinstance(told, Check)
    return told
