"""Age bands by which people are counted, for the dry run of a policy and for the shares of answers.

Every age at which a rule or a door turns is a border, so that all of a band are judged alike.
"""

from datetime import date

from civil_time import latest_birth_for_age
from healthcode.alike import AGES
from healthcode.vaccination import ANY_PRODUCT_FROM
from lookup.admission import ASSISTED_CHILD_AT_MOST, ASSISTED_ELDER_AT_LEAST

VERY_OLD_FROM = 80  # completed years; told apart for the eye, no rule turns there

BANDS: tuple[int, ...] = tuple(
    sorted(AGES | {0, ANY_PRODUCT_FROM, ASSISTED_CHILD_AT_MOST + 1, ASSISTED_ELDER_AT_LEAST, VERY_OLD_FROM})
)
"""The age in completed years at which each band begins."""


def band_name(age_from: int) -> str:
    """Return a band as people write it: 3–11, or 80+ for the last."""
    later = [begins for begins in BANDS if begins > age_from]
    return f"{age_from}–{later[0] - 1}" if later else f"{age_from}+"


def band_sql(born_on: str, *, on: date) -> str:
    """Return SQL for the band of a birth date on a Shanghai date; whoever is not born yet is in the first."""
    borders = (
        f"WHEN {born_on} <= DATE '{latest_birth_for_age(age, on)}' THEN {age}"
        for age in sorted(BANDS, reverse=True)
    )
    return f"CASE {' '.join(borders)} ELSE {BANDS[0]} END"
