"""The public keys of the rotating code, for devices that read it offline."""

from base64 import urlsafe_b64encode

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from identity.api.times import rfc3339
from lookup.api.code_schemas import CodeKeysSerializer
from lookup.api.shapes import Json
from lookup.codes import CodeKey, code_keys

_KEPT_FOR_S = 300


class CodeKeys(APIView):
    """The keys as a JWK set."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="code_keys",
        tags=["catalogue"],
        summary="Public keys of the rotating code",
        description="A JWK set. Good for five minutes (`Cache-Control`): a device that reads codes offline "
        "fetches it again at least so often while it has a network, and forgets keys that are gone.",
        responses={200: OpenApiResponse(CodeKeysSerializer, description="The keys.")},
    )
    def get(self, request: Request) -> Response:
        """Return all keys that are listed."""
        keys = [_jwk(key_id, key) for key_id, key in sorted(code_keys().items())]
        return Response({"keys": keys}, headers={"Cache-Control": f"public, max-age={_KEPT_FOR_S}"})


def _jwk(key_id: str, key: CodeKey) -> Json:
    numbers = key.public.public_numbers()
    return {
        "kid": key_id,
        "kty": "EC",
        "crv": "P-256",
        "alg": "ES256",
        "use": "sig",
        "x": _base64url(numbers.x),
        "y": _base64url(numbers.y),
        "not_before": None if key.not_before is None else rfc3339(key.not_before),
        "not_after": None if key.not_after is None else rfc3339(key.not_after),
    }


def _base64url(number: int) -> str:
    return urlsafe_b64encode(number.to_bytes(32)).rstrip(b"=").decode()
