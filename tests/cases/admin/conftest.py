"""The clock, and who is signed in."""

from tests.admin_clients import _clock, admin, auditor

__all__ = ["_clock", "admin", "auditor"]
