"""Rounds in rotating order, and what is printed of them: medians, and ratios round by round."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Work = Callable[[], int]
"""Does the work once and returns how many items it was."""


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Items per second of each contestant, round by round."""

    of: Mapping[str, list[float]]

    def median(self, name: str) -> float:
        return statistics.median(self.of[name])

    def ratio(self, name: str, to: str) -> float:
        """Return the median of the ratios within each round, so that drift of the machine cancels."""
        pairs = zip(self.of[name], self.of[to], strict=True)
        return statistics.median(ours / theirs for ours, theirs in pairs)


def measure(contestants: Mapping[str, Work], *, rounds: int) -> Rates:
    """Run every contestant once a round, each round beginning with the next one; a warm-up is not counted."""
    names = list(contestants)
    rates: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds + 1):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            begun = time.perf_counter()
            items = contestants[name]()
            if number:
                rates[name].append(items / (time.perf_counter() - begun))
    return Rates(of=rates)


def report(title: str, rates: Rates, *, limit: str, unit: str) -> None:
    """Print one table: median rate and ratio to the limit."""
    print(f"\n{title}")
    for name in rates.of:
        print(
            f"  {name:58} {rates.median(name):>12,.0f} {unit}   {rates.ratio(name, limit):5.2f} of the limit"
        )
