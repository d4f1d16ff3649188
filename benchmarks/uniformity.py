"""Can a stranger tell one failure from another by the clock? The floor is off, so that nothing is covered up.

Calls of every class of failure, interleaved in random order, through the whole API. For each pair of
classes the area under the ROC curve: 0.5 is a coin toss, 1 is certainty.
"""

import gc
import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any

from benchmarks.scene import scene
from civil_time import SHANGHAI

if TYPE_CHECKING:
    from identity.document import Document

CALLS = int(os.environ.get("UNIFORMITY_CALLS", "2000"))
"""Of each class, through each door."""

_ROWS_KEPT = 200
_SEED = 20220615


def main() -> None:
    """Measure and print."""
    with scene():
        _measure()


def _measure() -> None:
    import logging

    from django.test import override_settings

    logging.disable(logging.WARNING)
    with override_settings(UNPROVEN_ANSWER_FLOOR_S=0.0):
        town = _Town()
        _report("Assisted query without proof", _times(town.assisted_calls(), town.tidy))
        _report("Third-party query", _times(town.third_party_calls(), town.tidy))


class _Town:
    """People of whom each fails in one way, and a stranger who asks."""

    def __init__(self) -> None:
        from django.test import Client
        from django.utils import timezone

        from identity.accounts import open_session
        from lookup.models import PolicyRevision
        from tests import makers

        self.at = timezone.now()
        self._client = Client()
        self._faces = _Faces()
        generous = PolicyRevision.objects.latest("in_force_from")
        generous.pk, generous.name, generous.in_force_from = None, "bench", self.at - timedelta(days=1)
        generous.assisted_subjects_per_day = generous.failures_per_day = 32_000
        generous.failing_numbers_per_prefix = generous.third_party_living_results = 32_000
        generous._state.adding = True
        generous.save()
        makers.mark_feeds_read(self.at)
        person = makers.make_person(makers.make_document(date(1988, 3, 1)), at=self.at)
        self.stranger = makers.make_account(at=self.at, person=person)
        token = open_session(self.stranger, at=self.at).token
        self._headers = {"Authorization": f"Bearer {token}"}
        self._write_people()

    def assisted_calls(self) -> dict[str, Callable[[], None]]:
        classes = ("unknown", "locked", "no face", "not registered", "not green")
        return {name: self._assisted(self._numbers[name]) for name in classes}

    def third_party_calls(self) -> dict[str, Callable[[], None]]:
        calls = {
            name: self._third_party(self._numbers[name]) for name in ("unknown", "locked", "no face", "dead")
        }
        calls["wrong name"] = self._third_party(self._numbers["good"], name="赵得山")
        calls["wrong face"] = self._third_party(self._numbers["good"], photo=self._faces.other)
        return calls

    def tidy(self) -> None:
        """Drop the rows of the calls so far: budgets count them, and would grow slower."""
        from lookup.models import Consent, Lookup

        Lookup.objects.all().delete()
        Consent.objects.all().delete()

    def _write_people(self) -> None:
        from lookup.models import AccessLock

        self._numbers = {"unknown": self._document(1).number}
        self._numbers["good"] = self._elder(2)
        self._numbers["locked"] = self._elder(3, locked=True)
        self._numbers["no face"] = self._elder(4, face_reference="", card_issued_on=None)
        self._numbers["dead"] = self._elder(5, died_on=date(2022, 1, 1))
        self._numbers["not registered"] = self._elder(6, registered_at=None)
        self._numbers["not green"] = self._elder(7, is_yellow=True)
        assert AccessLock.objects.count() == 1

    def _document(self, number: int) -> "Document":
        from tests import makers

        # Prefixes of their own: one prefix would be one lock and one count.
        return makers.make_document(date(1945, 6, number), sequence=number)

    def _elder(
        self, number: int, *, locked: bool = False, is_yellow: bool = False, **overrides: object
    ) -> str:
        from healthcode.facts import Order, OrderKind
        from lookup.models import AccessLock
        from tests import makers

        document = self._document(number)
        fields: dict[str, Any] = {"face_reference": self._faces.reference} | overrides
        person = makers.make_person(document, at=self.at, name="赵德山", **fields)
        order = Order(
            kind=OrderKind.HOME_ISOLATION,
            authority="A",
            reference="A-1",
            contact="1",
            in_force_from=self.at - timedelta(days=1),
            in_force_until=self.at + timedelta(days=3),
        )
        facts = makers.make_facts(
            document.born_on or date(1945, 6, 1), at=self.at, orders=(order,) if is_yellow else ()
        )
        makers.make_summary(person.person_key, facts, at=self.at)
        if locked:
            AccessLock.objects.create(
                subject_key=person.person_key, locked_at=self.at, locked_by=self.stranger
            )
        return str(document.number)

    def _assisted(self, number: str) -> Callable[[], None]:
        def call() -> None:
            answer = self._client.post(
                "/api/v1/assisted-queries",
                {"document_number": number},
                content_type="application/json",
                headers=self._headers,
            )
            assert answer.json()["status"]["code"] == "UNKNOWN", answer.content

        return call

    def _third_party(
        self, number: str, *, name: str = "赵德山", photo: bytes | None = None
    ) -> Callable[[], None]:
        from django.core.files.uploadedfile import SimpleUploadedFile

        content = photo or self._faces.right

        def call() -> None:
            fields = {
                "name": name,
                "document_number": number,
                "photo": SimpleUploadedFile("p.png", content, "image/png"),
                "consent": self._consent(number),
            }
            begun = time.perf_counter()
            answer = self._client.post("/api/v1/third-party-queries", fields, headers=self._headers)
            call.took = time.perf_counter() - begun  # type: ignore[attr-defined]
            assert answer.json()["status"]["code"] == "UNKNOWN", answer.content

        return call

    def _consent(self, number: str) -> str:
        answer = self._client.post(
            "/api/v1/consents",
            {"document_number": number},
            content_type="application/json",
            headers=self._headers,
        )
        return str(answer.json()["id"])


class _Faces:
    """Two drawn portraits of equal size in bytes, and the reference of one."""

    def __init__(self) -> None:
        from tests.faces import face_reference, portrait

        right, other = portrait("elder"), portrait("somebody else")
        size = max(len(right), len(other))
        # A reader of PNG stops at its end mark, so padding evens out what the parser has to take.
        self.right, self.other = right.ljust(size, b"\0"), other.ljust(size, b"\0")
        self.reference = face_reference("elder")


def _times(calls: dict[str, Callable[[], None]], tidy: Callable[[], None]) -> dict[str, list[float]]:
    """Return the seconds of each call, classes in a new random order each round."""
    order, names = random.Random(_SEED), list(calls)
    times: dict[str, list[float]] = {name: [] for name in names}
    gc.disable()
    for number in range(CALLS + 20):
        order.shuffle(names)
        for name in names:
            begun = time.perf_counter()
            calls[name]()
            took = getattr(calls[name], "took", time.perf_counter() - begun)
            if number >= 20:
                times[name].append(took)
        if number % (_ROWS_KEPT // len(names)) == 0:
            tidy()
            gc.collect()
    gc.enable()
    return times


def _auc(one: list[float], other: list[float]) -> float:
    """Return how often a call of one class takes longer than a call of the other; ties count half."""
    ranked = sorted([(seconds, 0) for seconds in one] + [(seconds, 1) for seconds in other])
    ranks = sum(rank for rank, (_, which) in enumerate(ranked, start=1) if which == 0)
    return (ranks - len(one) * (len(one) + 1) / 2) / (len(one) * len(other))


def _report(title: str, times: dict[str, list[float]]) -> None:
    print(f"\n{title}: {CALLS} interleaved calls a class, floor off, {datetime.now(SHANGHAI):%Y-%m-%d}")
    for name, seconds in times.items():
        print(f"  {name:20} median {1000 * statistics.median(seconds):6.2f} ms")
    curves = {pair: _auc(times[pair[0]], times[pair[1]]) for pair in combinations(times, 2)}
    worst = max(curves, key=lambda pair: abs(curves[pair] - 0.5))
    for pair, curve in curves.items():
        print(f"  {pair[0]:>20} or {pair[1]:20} AUC {curve:.3f}")
    print(f"  furthest from a coin toss: {worst[0]} or {worst[1]}, AUC {curves[worst]:.3f}")


if __name__ == "__main__":
    main()
