"""The mobile number between the two pages of a sign-up or reset: sealed in the session, in no address."""

from base64 import b64decode, b64encode

from django.http import HttpRequest

from identity.keyring import sealing_ring
from identity.models import OneTimeCode
from identity.sealed import SealBroken


def keep(request: HttpRequest, purpose: OneTimeCode.Purpose, mobile: str) -> None:
    """Keep the number that was typed on the first page."""
    sealed = sealing_ring().seal(mobile, context=_context(purpose))
    request.session[_key(purpose)] = b64encode(sealed).decode("ascii")


def kept(request: HttpRequest, purpose: OneTimeCode.Purpose) -> str | None:
    """Return the number of the first page, or None if there was none or its key is gone."""
    sealed = request.session.get(_key(purpose))
    if not isinstance(sealed, str):
        return None
    try:
        return sealing_ring().unseal(b64decode(sealed), context=_context(purpose))
    except SealBroken:
        return None


def drop(request: HttpRequest, purpose: OneTimeCode.Purpose) -> None:
    """Forget the number: what it was for is done."""
    request.session.pop(_key(purpose), None)


def _key(purpose: OneTimeCode.Purpose) -> str:
    return f"mobile for {purpose.value}"


def _context(purpose: OneTimeCode.Purpose) -> str:
    return f"django_session:mobile:{purpose.value}"
