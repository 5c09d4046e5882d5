"""A measured figure, and the small arithmetic that all share."""

from collections.abc import Sequence
from typing import NamedTuple


class Figure(NamedTuple):
    """``value`` in ``unit``; ``limit`` is the figure to reach, ``at_most`` its direction; no limit means "said, not judged"."""

    what: str
    value: float
    unit: str
    limit: float | None = None
    at_most: bool = True

    @property
    def shown(self) -> str:
        return f"{self.value:.2f} {self.unit}".strip()

    @property
    def reach(self) -> str:
        return "" if self.limit is None else f"{'≤' if self.at_most else '≥'} {self.limit:g} {self.unit}".strip()

    @property
    def reached(self) -> bool | None:
        if self.limit is None:
            return None
        return self.value <= self.limit if self.at_most else self.value >= self.limit


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; ``share`` between 0 and 1."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]
