"""In front of Django: takes the plain calls of gates, and hands everything else on.

A call is plain if there is nothing about it that Django's own layers would have to judge: a POST to one of
two addresses, to a host of ours, over TLS where that is asked for, with JSON of a known length. Any other
goes to Django, which answers or refuses it by the same functions (lookup.api.device).
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.utils import timezone
from django.utils.translation import activate
from rest_framework import exceptions
from rest_framework.settings import api_settings

from lookup.api.authentication import CHALLENGE, gate_in
from lookup.api.check_answers import ANSWERS, permits
from lookup.api.check_refusals import GatesOutOfService, GatesTooBusy, problem_of
from lookup.gates.gate import Gate
from lookup.gates.pool import DatabaseAway, TooBusy
from lookup.hot_path import counters
from lookup.hot_path.headers import headers_of_problem, headers_of_success
from lookup.hot_path.plain import is_plain, language_of
from lookup.hot_path.process import hot_process

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class Front:
    """The WSGI application as servers run it."""

    def __init__(self, behind: Application) -> None:
        self._behind = behind
        drf: Any = api_settings
        [parser], [renderer] = drf.DEFAULT_PARSER_CLASSES, drf.DEFAULT_RENDERER_CLASSES
        self._parse = parser().parse
        self._render = renderer().render
        # Not by the first calls, which come at once: threads that import together see half a module.
        permits()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        name = _ADDRESSES.get(environ["PATH_INFO"])
        if name is None or not is_plain(environ):
            return self._behind(environ, start_response)
        with counters.timed(name) as call:
            status, headers, body = self._answer(name, environ, call)
        start_response(status, headers)
        return [body]

    def _answer(
        self, name: str, environ: Environ, call: counters.Call
    ) -> tuple[str, list[tuple[str, str]], bytes]:
        language = language_of(environ)
        # Sentences are made where a fault is found; the thread has the language of its last call until then.
        activate(language)
        try:
            body = self._told(name, environ, language, call)
        except exceptions.APIException as refusal:
            return self._refusal(refusal, language, call)
        except TooBusy:
            return self._refusal(GatesTooBusy(), language, call)
        except DatabaseAway:
            return self._refusal(GatesOutOfService(), language, call)
        except Exception as fault:
            call.broke(fault)
            return self._refusal(exceptions.APIException(), language, call)
        status = ANSWERS[name][1]
        call.answered(int(status))
        return _STATUS_LINES[status], headers_of_success(language, len(body)), body

    def _told(self, name: str, environ: Environ, language: str, call: counters.Call) -> bytes:
        hot, at = hot_process(), timezone.now()
        with hot.pool.admit():
            gate = _gate(environ, at=at, run=hot.pool.run)
            call.key_prefix = gate.key_prefix
            length = int(environ["CONTENT_LENGTH"] or 0)
            sent = environ["wsgi.input"].read(min(length, _FAR_TOO_LONG)) if length else b""
            body = self._parse(BytesIO(sent)) if sent else {}
            ask = hot.ask_together if name == "checks" else hot.ask_alone
            return ANSWERS[name][0](gate, body, at=at, ask=ask, language=language)

    def _refusal(
        self, refusal: exceptions.APIException, language: str, call: counters.Call
    ) -> tuple[str, list[tuple[str, str]], bytes]:
        response = problem_of(refusal)
        body = self._render(response.data)
        call.refused(response.status_code, str(response.data["code"]))
        own = dict(response.headers)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            own["WWW-Authenticate"] = CHALLENGE
        headers = headers_of_problem(language, len(body), own)
        return _STATUS_LINES[HTTPStatus(response.status_code)], headers, body


def _gate(environ: Environ, *, at: datetime, run: Any) -> Gate:
    gate = gate_in(environ.get("HTTP_AUTHORIZATION", ""), at=at, run=run)
    if gate is None:
        raise exceptions.NotAuthenticated
    return gate


_ADDRESSES = {f"/api/v1/{name}": name for name in ANSWERS}
_STATUS_LINES = {status: f"{int(status)} {status.phrase}" for status in HTTPStatus}
# The parser refuses what is longer than a megabyte, and reads no further than that.
_FAR_TOO_LONG = 2 * 1024 * 1024
