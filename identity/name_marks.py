"""The mark of a registered name: it tells whether a record names the same person, and nothing else."""

import hashlib
from uuid import UUID

from identity.names import letters_of

_SHORTEST_SECRET = 32
_PURPOSE = b"name of a person"


class NameMarks:
    """Marks of names under one secret, one after the other: the secret is worked into the hash only once.

    Two names have one mark if ``names.is_same_name`` says that they are the same, and if they belong to
    one person: of two people with one name the marks differ, so that nobody can count how often a name
    comes. Raises ValueError if the secret is shorter than 32 bytes.
    """

    __slots__ = ("_begun",)

    def __init__(self, *, secret: bytes) -> None:
        if len(secret) < _SHORTEST_SECRET:
            raise ValueError(f"the secret of name marks needs at least {_SHORTEST_SECRET} bytes")
        # Another purpose is another hash: a mark is never the digest or the key of something else.
        self._begun = hashlib.blake2b(digest_size=16, key=secret[:64], person=_PURPOSE)

    def mark_of(self, person_key: UUID | str, name: str) -> UUID:
        """Return the mark of a name in its stored form; of a key as PostgreSQL writes it, too."""
        return UUID(self.text_of(str(person_key), letters_of(name)))

    def text_of(self, person_key: str, letters: str) -> str:
        """Return the mark of what ``letters_of`` has made of a name, in hexadecimal."""
        mac = self._begun.copy()
        mac.update(f"{person_key}:{letters}".encode())
        return mac.hexdigest()
