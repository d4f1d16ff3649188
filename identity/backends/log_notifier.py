"""A stand-in for a carrier of messages: writes them into the log, codes and all. Never for production."""

import structlog

from identity.masking import mask_mobile

_log = structlog.get_logger(__name__)


class LogNotifier:
    """Shows each message in the log of the worker; an implementation of identity.notifier.Notifier."""

    def send(self, mobile: str, text: str) -> None:
        """Write masked mobile number and text, so that whoever runs the demo can go on."""
        # A warning, which the worker of `make run` shows; and it is one, wherever the log is kept.
        _log.warning("message_for_a_mobile", to=mask_mobile(mobile), text=text)
