"""Orders and alerts, renewed with every round so that whoever is labelled yellow today is so tomorrow."""

from dataclasses import dataclass
from datetime import date, datetime

from demo.eras import moment, round_start
from healthcode.facts import AlertCause, AlertKind, OrderKind

_AUTHORITY = {
    OrderKind.CENTRAL_ISOLATION: "Ninefields Centre for Disease Control 九野疾控中心",
    OrderKind.HOME_ISOLATION: "Willow Lane Community 柳巷社区居委会",
    AlertKind.COUNTY_WITH_CASE: "Ninefields Travel Desk 九野行程核查组",
    AlertKind.ENTRY_ISOLATION: "Ninefields Port of Entry 九野口岸专班",
    AlertKind.TIME_SPACE_LINK: "Willow Lane Community 柳巷社区居委会",
    AlertKind.TEST_REQUIRED: "Ninefields Testing Desk 九野核酸检测组",
    AlertKind.LAND_BORDER_COUNTY: "Ninefields Travel Desk 九野行程核查组",
}
_CONTACT = "0100-0000-{number:04}"


@dataclass(frozen=True, kw_only=True)
class Measure:
    """An order or an alert. ``for_days`` None leaves the end to the rule book; 0 ends it the same evening.

    It begins on the day before a round, so that it has begun whenever the round is loaded.
    """

    kind: OrderKind | AlertKind
    for_days: int | None = None
    cause: AlertCause | None = None

    @property
    def authority(self) -> str:
        return _AUTHORITY[self.kind]

    def begins_at(self, round_number: int) -> datetime:
        """Return the start in a round, 09:00 on the day before it."""
        return moment(round_start(round_number), -15)

    def ends_at(self, round_number: int) -> datetime | None:
        """Return the end in a round, or None where the kind's own period counts."""
        if self.for_days is None:
            return None
        begins_on: date = round_start(round_number)
        return moment(begins_on, -3) if self.for_days == 0 else moment(begins_on, 24 * self.for_days)


def contact_of(number: int) -> str:
    """Return a telephone number that cannot be dialled."""
    return _CONTACT.format(number=number % 10_000)


RED = Measure(kind=OrderKind.CENTRAL_ISOLATION, for_days=14)
YELLOW = Measure(kind=OrderKind.HOME_ISOLATION, for_days=14)
RED_UNTIL_YESTERDAY = Measure(kind=OrderKind.CENTRAL_ISOLATION, for_days=0)
ALERTS = tuple(
    Measure(kind=kind, cause=AlertCause.MISSED_ROUNDS if kind is AlertKind.TEST_REQUIRED else None)
    for kind in AlertKind
)
"""Alerts ① to ⑤, each lasting as its kind lasts."""
TESTS_REQUIRED = tuple(Measure(kind=AlertKind.TEST_REQUIRED, cause=cause) for cause in AlertCause)
"""Alert ④ for each cause."""
LIFTED = Measure(kind=AlertKind.TIME_SPACE_LINK, for_days=0)
"""Alert ③ that the community has lifted."""
