"""The catalogue: every code that an answer can carry, in words."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from healthcode.facts import AlertCause, AlertKind, Feed, NaatResult, OrderKind, VaccineProduct
from healthcode.verdict import EntryVerdict, Reason, StatusCode, VaccinationState
from lookup import wording
from lookup.api.schemas import CatalogueSerializer
from lookup.api.shapes import Json, reason_json, status_json
from lookup.wording import Owner, Remedy


class StatusCodes(APIView):
    """The catalogue of codes."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="status_codes",
        tags=["catalogue"],
        summary="Every code in words",
        description="Statuses, reasons with remedy, owner and return, alerts, orders, vaccination states and "
        "the rest. The lists are closed; the texts follow `Accept-Language`.",
        responses={200: OpenApiResponse(CatalogueSerializer, description="The catalogue.")},
    )
    def get(self, request: Request) -> Response:
        """Return the catalogue in the language of the request."""
        return Response(catalogue_json())


def catalogue_json() -> Json:
    """Return every code with its words, in the active language."""
    reasons = [reason_json(reason) for reason in Reason]
    return {
        "statuses": [
            {**status_json(status), "explanation": str(wording.status_explanation(status))}
            for status in StatusCode
        ],
        "reasons": reasons,
        "remedies": [
            {
                "code": remedy.value,
                "reasons": [reason["code"] for reason in reasons if reason["remedy"] == remedy],
            }
            for remedy in Remedy
        ],
        "owners": [{"code": owner.value, "label": str(wording.owner_label(owner))} for owner in Owner],
        "alerts": [_alert_json(kind) for kind in AlertKind],
        "alert_causes": [
            {"code": cause.value, "label": str(wording.alert_cause_label(cause))} for cause in AlertCause
        ],
        "orders": [{"code": kind.value, "label": str(wording.order_label(kind))} for kind in OrderKind],
        "vaccination_states": [
            {"code": state.value, "label": str(wording.vaccination_label(state))}
            for state in VaccinationState
        ],
        "vaccine_products": [
            {"code": product.value, "label": str(wording.product_label(product))}
            for product in VaccineProduct
        ],
        "naat_results": [
            {"code": result.value, "label": str(wording.naat_result_label(result))} for result in NaatResult
        ],
        "verdicts": [
            {"code": verdict.value, "label": str(wording.entry_label(verdict))} for verdict in EntryVerdict
        ],
        "feeds": [{"code": feed.value, "label": str(wording.feed_label(feed))} for feed in Feed],
        "possible_causes": [str(cause) for cause in wording.possible_causes()],
        "next_steps": [str(step) for step in wording.what_a_stranger_can_do()],
    }


def _alert_json(kind: AlertKind) -> Json:
    return {
        "number": kind.number,
        "kind": kind.value,
        "label": str(wording.alert_label(kind.number)),
        "text": str(wording.alert_text(kind.number)),
        "reason": Reason.for_alert(kind).value,
    }
