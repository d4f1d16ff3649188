"""What a source may speak for: which kinds, which fields, which laboratories or authorities.

Source: docs/feed.md, 9; docs/adr/0008-a-source-without-rules-speaks-for-nothing.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from records.feed_fields import RejectionReason
from records.models import Kind, SourceRules

OPTIONAL_FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.REGISTRY: ("card_issued_on", "face_reference", "registered_at", "died_on"),
    Kind.KINSHIP: ("in_force_until",),
    Kind.TESTS: (
        "collected_at",
        "issued_at",
        "uploaded_at",
        "result",
        "tube_code",
        "specimen_number",
        "laboratory",
        "sampling_site",
        "district",
    ),
    Kind.TUBES: ("uploaded_at", "laboratory"),
    Kind.DOSES: ("manufacturer", "lot_number", "site"),
    Kind.ORDERS: ("contact",),
    Kind.ALERTS: ("contact", "in_force_until", "cause"),
}
"""The fields that a source may be denied; without the others a row says nothing."""

ANYBODY = "*"
"""In ``speaks_for``: every laboratory, every authority."""

SPEAKERS = frozenset({Kind.TESTS, Kind.TUBES, Kind.ORDERS, Kind.ALERTS})
"""The kinds whose rows name a laboratory or an authority."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What one source may send in one kind; ``speaks_for`` is None where anybody may be named."""

    may_speak: bool
    closed_fields: tuple[str, ...] = ()
    speaks_for: frozenset[str] | None = None

    @property
    def are_open(self) -> bool:
        """Whether there is nothing that a row could break."""
        return self.may_speak and not self.closed_fields and self.speaks_for is None

    def refusal(self, said: Mapping[str, str]) -> tuple[RejectionReason, str] | None:
        """Return why a row goes beyond these rules, and in which field; None if it does not.

        ``said`` has each field of the row as text, "" where it is absent.
        """
        if not self.may_speak:
            return RejectionReason.NOT_FOR_THIS_SOURCE, ""
        for field in self.closed_fields:
            if said[field]:
                return RejectionReason.NOT_FOR_THIS_SOURCE, field
        if self.speaks_for is None:
            return None
        if "authority" in said and said["authority"] not in self.speaks_for:
            return RejectionReason.AUTHORITY_NOT_OF_SOURCE, "authority"
        # A row that names no laboratory claims nothing of another one.
        if said.get("laboratory") and said["laboratory"] not in self.speaks_for:
            return RejectionReason.LABORATORY_NOT_OF_SOURCE, "laboratory"
        return None


def rules_of(source: str, kind: Kind) -> Rules:
    """Return the rules of one feed.

    A source with no row at all may speak for everything or for nothing, as the settings say; one that
    has rows may send the kinds that stand in them and no other.
    """
    rows = {row.kind: row for row in SourceRules.objects.filter(source=source)}
    row = rows.get(kind)
    if row is None:
        return Rules(may_speak=not rows and settings.SOURCES_WITHOUT_RULES_MAY_SPEAK)
    speaks_for_all = kind not in SPEAKERS or ANYBODY in row.speaks_for
    return Rules(
        may_speak=True,
        closed_fields=tuple(field for field in OPTIONAL_FIELDS[kind] if field not in row.fields),
        speaks_for=None if speaks_for_all else frozenset(row.speaks_for),
    )
