"""Gates and people have threads of their own: neither takes the other's."""

import threading
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from healthkit.middleware import RoomForGates
from healthkit.web_server import THREADS


def test_gates_and_people_together_leave_threads_to_say_that_there_is_no_room() -> None:
    assert settings.GATE_CALLS_AT_ONCE + settings.PEOPLE_AT_ONCE < THREADS


def test_one_more_than_the_people_there_is_room_for_is_told_to_come_back(settings: Any) -> None:
    settings.PEOPLE_AT_ONCE = 2
    inside, leave = threading.Semaphore(0), threading.Event()

    def view(request: HttpRequest) -> HttpResponse:
        if request.path == "/slow":
            inside.release()
            assert leave.wait(timeout=10)
        return HttpResponse("served")

    room, ask = RoomForGates(view), RequestFactory().get
    slow = [threading.Thread(target=room, args=[ask("/slow")]) for _ in range(2)]
    for each in slow:
        each.start()
        assert inside.acquire(timeout=10)
    refused = room(ask("/api/v1/status-codes"))
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert room(ask("/healthz")).content == b"served"
    leave.set()
    for each in slow:
        each.join(timeout=10)
    assert room(ask("/api/v1/status-codes")).content == b"served"
