"""The embedded settings after a new sealing key was added and made primary."""

from healthkit.settings.embedded import *  # noqa: F403
from healthkit.settings.embedded import SEALING_KEYS as _FORMER_KEYS

SEALING_KEYS = {**_FORMER_KEYS, 2: b"demo-sealing-key-known-to-all-02"}
SEALING_PRIMARY = 2
