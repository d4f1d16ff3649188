"""What a log line may hold: every event passes here, our own and every library's.

Two nets. Fields whose name says that they are personal lose their value; text anywhere loses what
looks like a document number, a mobile number, a token or a key. Names of people cannot be told
from other words, so no line may carry one in free text: tests/project/test_canaries.py watches.
"""

import re
from collections.abc import Mapping
from typing import Any, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

REDACTED = "[redacted]"
_OUTAGES = frozenset({"OperationalError", "InterfaceError"})

_PERSONAL_FIELDS = re.compile(
    r"(^|_)(name|names|password|passwd|secret|token|authorization|cookie|api_key|key|mobile|phone|photo"
    r"|portrait|number|document|body|payload|email|address|ip|csrf\w*|sessionid)$",
    re.IGNORECASE,
)
_HARMLESS_FIELDS = frozenset(
    {"request_id", "source_name", "key_prefix", "case_number", "record_number", "logger_name"}
)
# \d also matches full-width digits, in which people type numbers too.
_PERSONAL_TEXT = re.compile(
    r"(?<![\dA-Za-z])[1-9１-９](?:[ \-]?\d){16}[ \-]?[\dXxＸｘ](?![\dA-Za-z])"  # resident identity number
    r"|(?<![\dA-Za-z])[1-9]\d{14}(?![\dA-Za-z])"  # identity number of before 1999
    r"|(?<!\d)(?:\+?86[ \-]?)?1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}(?!\d)"  # mobile number
    r"|(?i:bearer|api-key)\s+\S+"
    r"|(?<![\w.])[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}(?!\w)",  # device key
)


def redact_text(text: str) -> str:
    """Return the text with everything that looks like a number, phone, token or key replaced."""
    return _PERSONAL_TEXT.sub(REDACTED, text)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Structlog processor: clean every field of an event, whatever its depth."""
    return {name: _clean(name, value) for name, value in event.items()}


def shorten_outage(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Structlog processor: one line for a lost database, or an outage would flood the log with tracebacks."""
    exc_info = event.get("exc_info")
    error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    if type(error).__name__ in _OUTAGES:
        event["outage"] = type(error).__name__
        del event["exc_info"]
    return event


def logging_config(*, json: bool) -> dict[str, Any]:
    """Return Django's LOGGING: one line an event through structlog, redacted before it is rendered."""
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=False),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
        shorten_outage,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, renderer],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # Its warnings quote the address as typed; `healthkit.middleware.RequestLog` logs the route.
            "django.request": {"level": "ERROR"},
            # A library's DEBUG shows statements and headers; never lower these.
            "django.db.backends": {"level": "INFO"},
            "urllib3": {"level": "WARNING"},
            "amqp": {"level": "WARNING"},
            # Its lines quote the address, and with it the cursor.
            "httpx2": {"level": "WARNING"},
            # Says at each start that the file-system broker has no host, which is the point of it.
            "kombu.connection": {"level": "ERROR"},
        },
    }


def _clean(name: str, value: object) -> object:
    if name not in _HARMLESS_FIELDS and _PERSONAL_FIELDS.search(name):
        return REDACTED
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, Mapping):
        inner = cast("Mapping[str, object]", value)
        return {key: _clean(str(key), item) for key, item in inner.items()}
    if isinstance(value, list | tuple):
        return [_clean("", item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value if not isinstance(value, int) or len(str(value)) < 11 else redact_text(str(value))
    return redact_text(str(value))
