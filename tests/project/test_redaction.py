"""The two nets of healthkit.redaction, each beside what must stay readable."""

import json
import logging

import pytest
from django.db import OperationalError

from healthkit.redaction import REDACTED, logging_config, redact, redact_text, shorten_outage


@pytest.mark.parametrize(
    "secret",
    [
        "11999920190615001X",
        "11999920190615001x",
        "119999 20190615 001X",
        "119999-20190615-001X",
        "１１９９９９２０１９０６１５００１Ｘ",
        "119999190615001",
        "13900000001",
        "+8613900000001",
        "139 0000 0001",
        "Bearer abc.def-123",
        "Api-Key ABCDEFGH.0123456789abcdefghijklmnopqrstuv",
        "ABCDEFGH.0123456789abcdefghijklmnopqrstuv",
    ],
)
def test_redact_text_removes_what_looks_personal(secret: str) -> None:
    cleaned = redact_text(f"before {secret} after")
    assert secret not in cleaned
    assert REDACTED in cleaned
    assert cleaned.startswith("before ")
    assert cleaned.endswith(" after")


@pytest.mark.parametrize(
    "harmless",
    [
        "GET /healthz 200",
        "2022-06-10T10:00:00+08:00",
        "0190c0de-1111-7222-8333-444455556666",
        "policy 2022-07-04",
    ],
)
def test_redact_text_leaves_what_is_not_personal(harmless: str) -> None:
    assert redact_text(harmless) == harmless


def test_redact_empties_fields_by_their_name_at_any_depth() -> None:
    event = redact(
        None, "info", {"event": "x", "mobile": "1", "inner": {"password": "p", "rows": 3}, "n": [1, "2"]}
    )
    assert event == {
        "event": "x",
        "mobile": REDACTED,
        "inner": {"password": REDACTED, "rows": 3},
        "n": [1, "2"],
    }


def test_redact_looks_into_numbers_too() -> None:
    assert redact(None, "info", {"value": 119999201906150016})["value"] == REDACTED
    assert redact(None, "info", {"value": 20000})["value"] == 20000


def test_logging_config_cleans_a_library_s_exception_text(capsys: pytest.CaptureFixture[str]) -> None:
    config = logging_config(json=True)
    formatter = config["formatters"]["structured"]
    handler = logging.StreamHandler()
    handler.setFormatter(formatter["()"](**{key: value for key, value in formatter.items() if key != "()"}))
    logger = logging.getLogger("elsewhere")
    logger.propagate = False
    logger.addHandler(handler)
    try:
        raise ValueError("no such number: 11999920190615001X")
    except ValueError:
        logger.exception("failed for %s", "13900000001")
    line = json.loads(capsys.readouterr().err)
    assert REDACTED in line["event"]
    assert "ValueError" in line["exception"]
    assert "001X" not in line["exception"]


def test_shorten_outage_leaves_one_line_of_a_lost_database_and_every_other_traceback() -> None:
    lost, broken = OperationalError("server closed the connection"), ValueError("elsewhere")
    shortened = shorten_outage(None, "error", {"event": "x", "exc_info": (type(lost), lost, None)})
    assert shortened == {"event": "x", "outage": "OperationalError"}
    kept = {"event": "x", "exc_info": (type(broken), broken, None)}
    assert shorten_outage(None, "error", dict(kept)) == kept
