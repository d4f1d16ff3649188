"""Where a request comes from: the address that the configured number of proxies vouches for."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest

NO_ADDRESS = "0.0.0.0"  # nosec B104: stands for an address that nobody told; nothing listens there
"""What stands where the server itself says no address, as behind a Unix socket."""


def client_address(request: HttpRequest) -> str:
    """Return the address of the client, never of what the client says about itself.

    Each proxy adds to X-Forwarded-For on the right whom it heard from. So with TRUSTED_PROXY_COUNT = n it
    is the n-th from the right, and never one further left; with 0, or where the header is too short or
    malformed there, it is REMOTE_ADDR.
    """
    remote = _address(str(request.META.get("REMOTE_ADDR") or "")) or NO_ADDRESS
    proxies: int = settings.TRUSTED_PROXY_COUNT
    if proxies <= 0:
        return remote
    hops = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if len(hops) < proxies:
        return remote
    return _address(hops[-proxies].strip()) or remote


def _address(text: str) -> str | None:
    """Return an address in its one spelling; an IPv4 address inside an IPv6 one is the IPv4 address."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        # PostgreSQL takes no zone, and a zone is a matter of the machine that wrote it.
        if address.scope_id is not None:
            return None
        return str(address.ipv4_mapped or address)
    return str(address)
