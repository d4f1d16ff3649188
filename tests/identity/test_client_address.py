"""Whose word counts about where a request comes from: the configured proxies', never the client's."""

from typing import Any

import pytest
from django.test import RequestFactory

from identity.client_address import NO_ADDRESS, client_address

PROXY = "10.0.0.1"


def address(remote: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=remote, **headers))


def test_header_is_not_read_without_a_proxy(settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 0
    assert address("203.0.113.7", "198.51.100.1") == "203.0.113.7"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "1.1.1.1, 2.2.2.2, 198.51.100.1", "198.51.100.1"),
        (2, "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (3, "198.51.100.1, 10.0.0.3, 10.0.0.2", "198.51.100.1"),
        (1, " 198.51.100.1 ", "198.51.100.1"),
        (1, "1.1.1.1,198.51.100.1", "198.51.100.1"),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "::ffff:198.51.100.1", "198.51.100.1"),
    ],
)
def test_header_is_read_from_the_right_and_never_further_left(
    settings: Any, proxies: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    assert address(PROXY, forwarded) == expected


@pytest.mark.parametrize(
    "forwarded",
    [
        None,
        "",
        ",",
        "unknown",
        "198.51.100.1:443",
        "198.51.100.1, ",
        "fe80::1%eth0",
        "198.51.100.1\t198.51.100.2",
        "１９８.51.100.1",
        "9" * 10_000,
    ],
)
def test_proxy_itself_counts_when_its_header_says_nothing_usable(
    settings: Any, forwarded: str | None
) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    assert address(PROXY, forwarded) == PROXY


def test_proxy_itself_counts_when_the_header_is_too_short(settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 2
    assert address(PROXY, "198.51.100.1") == PROXY
    assert address(PROXY, "198.51.100.1, 10.0.0.2") == "198.51.100.1"


@pytest.mark.parametrize("remote", ["", "unix:", "not an address"])
def test_server_without_an_address_has_one_that_stands_for_none(settings: Any, remote: str) -> None:
    settings.TRUSTED_PROXY_COUNT = 0
    assert address(remote) == NO_ADDRESS
