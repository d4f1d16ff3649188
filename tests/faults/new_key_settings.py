"""The embedded settings after the old sealing key has left: only the new one opens anything."""

from healthkit.settings.embedded import *  # noqa: F403
from tests.faults.rotated_settings import SEALING_KEYS as _BOTH_KEYS

SEALING_KEYS = {2: _BOTH_KEYS[2]}
SEALING_PRIMARY = 2
