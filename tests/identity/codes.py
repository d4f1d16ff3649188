"""One-time codes as their recipients know them, and a notifier that remembers what it was given."""

import re
from typing import ClassVar

from django.utils import translation

from identity import one_time_codes
from identity.keyring import mobile_key
from identity.models import OneTimeCode

SIGN_UP, RESET = OneTimeCode.Purpose.SIGN_UP, OneTimeCode.Purpose.PASSWORD_RESET
_CODE = re.compile(r"\b\d{6}\b")


def newest(mobile: str) -> OneTimeCode:
    """Return the newest row of a mobile number, decoys among them."""
    rows = OneTimeCode.objects.filter(mobile_key=mobile_key(mobile))
    return rows.order_by("-created_at", "-id")[0]


def code_for(mobile: str) -> str:
    """Return the newest code of a mobile number, as its message brings it."""
    found = code_in(message_of(newest(mobile)))
    assert found is not None
    return found


def message_of(code: OneTimeCode) -> str:
    """Return what is sent, in English."""
    with translation.override("en"):
        return one_time_codes.text_of(code)


def code_in(text: str) -> str | None:
    """Return the code in a message, if there is one."""
    found = _CODE.search(text)
    return None if found is None else found.group()


def wrong(code: str) -> str:
    """Return another code."""
    return f"{(int(code) + 1) % 10**6:06d}"


class RememberingNotifier:
    """Keeps what was handed over, for the test to read."""

    messages: ClassVar[list[tuple[str, str]]] = []

    def send(self, mobile: str, text: str) -> None:
        """Remember number and text."""
        self.messages.append((mobile, text))


class MoodyNotifier(RememberingNotifier):
    """Cannot be reached for as many times as ``refusals`` says, and then works."""

    refusals = 0

    def send(self, mobile: str, text: str) -> None:
        """Raise what a client raises whose server is away, or remember."""
        if type(self).refusals > 0:
            type(self).refusals -= 1
            raise ConnectionRefusedError
        super().send(mobile, text)
