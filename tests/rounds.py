"""How long the fault and fuzz runs are: short in CI, long in `make torture`, which sets TORTURE=1."""

import os

IS_LONG = os.environ.get("TORTURE") == "1"


def rounds(*, short: int, long: int) -> int:
    """Return how often to do something in the form of this run."""
    return long if IS_LONG else short
