"""Looking for what must not be there: a number, a name or a secret in whatever the service wrote."""

import json
from collections.abc import Iterable
from urllib.parse import quote


def sightings(text: str, secrets: Iterable[str]) -> list[str]:
    """Return the secrets that stand in a text: as they are, in a URL's spelling, or in JSON's."""
    spellings = {secret: (secret, quote(secret), json.dumps(secret)[1:-1]) for secret in secrets}
    return [secret for secret, ways in spellings.items() if any(way in text for way in ways)]
