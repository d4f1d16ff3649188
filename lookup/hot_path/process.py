"""What a process of the hot path has: connections, and the ferry. Made after the fork, at the first call."""

import os
import threading
from collections.abc import Sequence

from django.conf import settings

from lookup.doors import checkpoint
from lookup.doors.checkpoint import Question, Told
from lookup.gates.ferry import Ferry
from lookup.gates.pool import Pool, TooBusy

_BATCHES_AT_ONCE = 2
_BATCH_WAITS_S = 2.0


class HotProcess:
    """The pool of one process, and how questions are put on it."""

    def __init__(self) -> None:
        self.pool = Pool(connections=settings.GATE_CONNECTIONS, calls=settings.GATE_CALLS_AT_ONCE)
        self._ferry: Ferry[Question, list[Told]] = Ferry(self._answer_all)
        self._batches = threading.Semaphore(_BATCHES_AT_ONCE)
        self._of = os.getpid()

    @property
    def is_ours(self) -> bool:
        """Whether no fork lies between its making and now."""
        return self._of == os.getpid()

    def ask_together(self, question: Question) -> list[Told]:
        """Put a question together with those that come at once."""
        return self._ferry.cross(question)

    def ask_alone(self, question: Question) -> list[Told]:
        """Put a question by itself: one about many people would hold the others up.

        So few of these run at once that single checks keep connections; raises TooBusy.
        """
        if not self._batches.acquire(timeout=_BATCH_WAITS_S):
            raise TooBusy
        try:
            [told] = self._answer_all([question])
        finally:
            self._batches.release()
        return told

    def _answer_all(self, questions: Sequence[Question]) -> list[list[Told]]:
        return checkpoint.check(questions, run=self.pool.run)


def hot_process() -> HotProcess:
    """Return this process's own."""
    global _made
    if _made is None or not _made.is_ours:
        with _making:
            if _made is None or not _made.is_ours:
                _made = HotProcess()
    return _made


_made: HotProcess | None = None
_making = threading.Lock()
