"""The names of contradictions, by which a group's case is found again. Pure.

The detector opens a case under such a name, and an answer to kin that shows the same leads to it.
"""

DOOR_SHUT = "door-shut"


def door_shut(door: str, reason: str) -> str:
    """Return the name of those to whom a door is shut, such as door-shut:ASSISTED:NO_FACE_REFERENCE."""
    return f"{DOOR_SHUT}:{door}:{reason}"


def orders_without_source(source: str) -> str:
    """Return the name of those under an order that no source stands behind any more."""
    return f"orders-without-source:{source}"


def laboratory_silent(laboratory: str) -> str:
    """Return the name of those who wait for a laboratory that has fallen silent."""
    return f"laboratory-silent:{laboratory}"
