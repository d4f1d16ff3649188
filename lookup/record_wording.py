"""Names of what stands in the records: tests, doses, orders, alerts, feeds (docs/domain.md, 5 and 6)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from healthcode.facts import AlertCause, Feed, NaatResult, OrderKind, VaccineProduct
from healthcode.verdict import VaccinationState

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_VACCINATION_STATES: "dict[VaccinationState, _StrPromise]" = {
    VaccinationState.BOOSTER_COMPLETE: _("Booster completed"),
    VaccinationState.PRIMARY_COMPLETE: _("Primary course completed"),
    VaccinationState.PRIMARY_INCOMPLETE: _("Primary course not completed"),
    VaccinationState.NOT_ELIGIBLE: _("Not eligible for vaccination"),
    VaccinationState.NOT_FOUND: _("No vaccination record found"),
}

_NAAT_RESULTS: "dict[NaatResult, _StrPromise]" = {
    NaatResult.NOT_DETECTED: _("Negative"),
    NaatResult.DETECTED: _("Positive"),
    NaatResult.INCONCLUSIVE: _("Unclear, to be repeated"),
}

# Number: label, text.
_ALERTS: "dict[int, tuple[_StrPromise, _StrPromise]]" = {
    1: (_("Alert ①: county with a case"), _("Has been in a county with a case in the last days.")),
    2: (
        _("Alert ②: isolation after entry"),
        _("Entered the country; the isolation after entry is not over."),
    ),
    3: (_("Alert ③: link in time and space"), _("Was at the same place and time as a case.")),
    4: (_("Alert ④: test required"), _("A required nucleic acid test is missing.")),
    5: (_("Alert ⑤: land-border county"), _("Has been in a county at the land border in the last 14 days.")),
}

# What ends an alert whose row names no end (docs/domain.md, 5, "Alerts").
_ALERT_ENDS: "dict[int, _StrPromise]" = {
    1: _("after the period of the rule in force, or by the community's word"),
    2: _("by itself, the day after 21 days"),
    3: _("by the community's word"),
    4: _("by itself, with a negative test taken after it began"),
    5: _("by itself, after 14 days"),
}

_ALERT_CAUSES: "dict[AlertCause, _StrPromise]" = {
    AlertCause.ARRIVAL: _("arrival in Beijing"),
    AlertCause.DRUG_PURCHASE: _("purchase of a medicine against fever or cough"),
    AlertCause.CLINIC_VISIT: _("visit to a fever clinic"),
    AlertCause.JOB_DUTY: _("regular tests required by the job"),
    AlertCause.MISSED_ROUNDS: _("rounds of testing missed"),
}

_ORDERS: "dict[OrderKind, _StrPromise]" = {
    OrderKind.CENTRAL_ISOLATION: _("Order for centralized observation"),
    OrderKind.HOME_ISOLATION: _("Order for home observation"),
}

_PRODUCTS: "dict[VaccineProduct, _StrPromise]" = {
    VaccineProduct.CORONAVAC: _("CoronaVac (inactivated, Sinovac)"),
    VaccineProduct.BBIBP_CORV: _("BBIBP-CorV (inactivated, Beijing)"),
    VaccineProduct.WIBP_CORV: _("WIBP-CorV (inactivated, Wuhan)"),
    VaccineProduct.CONVIDECIA: _("Convidecia (Ad5 vector, CanSino)"),
    VaccineProduct.ZF2001: _("ZF2001 (recombinant, Zhifei)"),
}

_FEEDS: "dict[Feed, _StrPromise]" = {
    Feed.REGISTRY: _("Registry"),
    Feed.TESTS: _("Tests"),
    Feed.DOSES: _("Vaccinations"),
    Feed.ORDERS: _("Orders and alerts"),
}


def vaccination_label(state: VaccinationState) -> "_StrPromise":
    """Return the word for a vaccination state."""
    return _VACCINATION_STATES[state]


def naat_result_label(result: NaatResult) -> "_StrPromise":
    """Return the word for a test result."""
    return _NAAT_RESULTS[result]


def alert_label(number: int) -> "_StrPromise":
    """Return the name of an alert, 1 to 5, with its circled number."""
    return _ALERTS[number][0]


def alert_text(number: int) -> "_StrPromise":
    """Return in one sentence what an alert, 1 to 5, says."""
    return _ALERTS[number][1]


def alert_end_text(number: int) -> "_StrPromise":
    """Return what ends an alert, 1 to 5, whose row names no end."""
    return _ALERT_ENDS[number]


def alert_cause_label(cause: AlertCause) -> "_StrPromise":
    """Return why a test is required."""
    return _ALERT_CAUSES[cause]


def order_label(kind: OrderKind) -> "_StrPromise":
    """Return the name of an observation order."""
    return _ORDERS[kind]


def product_label(product: VaccineProduct) -> "_StrPromise":
    """Return the name of a vaccine."""
    return _PRODUCTS[product]


def feed_label(feed: Feed) -> "_StrPromise":
    """Return the name of a group of sources."""
    return _FEEDS[feed]
