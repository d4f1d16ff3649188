"""What beat asks for about accounts: messages go out by the task, and old rows go."""

import logging
from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import settings
from django.utils.module_loading import import_string

from identity import lock_out, tasks
from identity.keyring import mobile_key, prefix_key
from identity.models import IdentityAttempt, Notice, OneTimeCode
from identity.notices import post as post_notice
from identity.notifier import notifier
from tests.canaries import sightings
from tests.identity.signing_up import AT, E164, ELDER, MOBILE
from tests.lookup.api.calls import post
from tests.makers import make_account
from tests.messages import away, carrier, code_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("carried", "story_begins")]


def test_task_sends_a_code_and_a_notice_and_logs_neither(caplog: pytest.LogCaptureFixture) -> None:
    post_notice(make_account(E164, at=AT), Notice.Kind.PASSWORD_CHANGED, subject_key=None, at=AT)
    assert post("accounts", {"mobile": "13900000083"}).status_code == 202
    caplog.set_level(logging.DEBUG)
    tasks.send_notices()
    assert [mobile for mobile, _ in carrier().taken] == ["+8613900000083", E164]
    code = code_in(carrier().taken[0][1])
    assert sightings(caplog.text, [code, MOBILE, "13900000083", mobile_key(E164).hex]) == []
    tasks.send_notices()
    assert len(carrier().taken) == 2


def test_task_tries_again_when_the_carrier_is_back(story_begins: time_machine.Traveller) -> None:
    assert post("accounts", {"mobile": MOBILE}).status_code == 202
    with away():
        tasks.send_notices()
    assert OneTimeCode.objects.get().sent_at is None
    story_begins.shift(timedelta(seconds=5))
    tasks.send_notices()
    assert OneTimeCode.objects.get().sent_at == AT + timedelta(seconds=5)


def test_task_forgets_what_nobody_needs_any_more(story_begins: time_machine.Traveller) -> None:
    assert post("accounts", {"mobile": MOBILE}).status_code == 202
    assert lock_out.take_place(mobile_key(E164).hex, "203.0.113.7", at=AT)
    keys = {name: prefix_key(ELDER) for name in ("person_key", "mobile_key", "prefix_key")}
    IdentityAttempt.objects.create(**keys, failed_at=AT)

    def left_after(passed: timedelta) -> tuple[int, int, int]:
        story_begins.move_to(AT + passed)
        tasks.forget_codes()
        return tuple(model.objects.count() for model in (OneTimeCode, IdentityAttempt, AccessAttempt))

    assert left_after(timedelta(days=1, minutes=10)) == (1, 1, 1)
    assert left_after(timedelta(days=1, minutes=10, milliseconds=1)) == (0, 1, 1)
    assert left_after(timedelta(days=7)) == (0, 1, 1)
    assert left_after(timedelta(days=7, milliseconds=1)) == (0, 0, 0)


def test_beat_wakes_both_tasks_and_hands_them_nothing() -> None:
    for name in ("send-notices", "forget-codes"):
        entry = settings.CELERY_BEAT_SCHEDULE[name]
        assert import_string(entry["task"]).name == entry["task"]
        assert entry["options"]["expires"] < entry["schedule"]
        assert "args" not in entry
        assert "kwargs" not in entry


def test_demo_shows_the_code_in_its_log_with_the_number_masked(
    settings: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    settings.NOTIFIER = "identity.backends.log_notifier.LogNotifier"
    notifier.cache_clear()
    assert post("accounts", {"mobile": MOBILE}).status_code == 202
    tasks.send_notices()
    shown = "\n".join(str(record.msg) for record in caplog.records if "log_notifier" in record.name)
    assert "139*****071" in shown
    assert code_in(shown.replace("139*****071", ""))
    assert MOBILE not in shown
