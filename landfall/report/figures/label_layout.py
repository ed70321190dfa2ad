"""Placing the labels of a figure on few levels, apart, and clear of each other's leaders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

LETTER = 6.3
"""Width of a character at the labels' size."""
REACH, AIR = 4, 6


@dataclass(frozen=True)
class LabelRequest:
    """A label to place: the x of its leader, its words, its style, and whether it preferably ends at x."""

    x: float
    words: str
    cls: str
    ends: bool


@dataclass(frozen=True)
class Placed:
    """A label with its level (0 = nearest to the figure), where its words begin, on which side."""

    request: LabelRequest
    level: int
    left: float
    ends: bool

    @property
    def right(self) -> float:
        return self.left + len(self.request.words) * LETTER

    def meets(self, other: Placed) -> bool:
        """Whether the two would touch, were they on one level; leaders count."""
        return (
            min(self.left, self.request.x) < max(other.right, other.request.x) + AIR
            and min(other.left, other.request.x) < max(self.right, self.request.x) + AIR
        )

    def crosses(self, other: Placed) -> bool:
        """Whether the leader of this label runs through the words of a lower one."""
        return self.level > other.level and other.spans(self.request.x)

    def spans(self, x: float) -> bool:
        """Whether a leader at x would run through the words."""
        return self.left < x < self.right


def place(requests: Sequence[LabelRequest], width: float) -> list[Placed]:
    """The best of all choices of sides: fewest crossings, then fewest levels, then most preferred sides.

    With nine labels there are at most 512 choices, so all are tried.
    """
    ways = (_stack(sides) for sides in product(*(_spots(request, width) for request in requests)))
    return min(ways, key=_cost)


def _cost(way: Sequence[Placed]) -> tuple[int, int, int]:
    crossings = sum(a.crosses(b) for a in way for b in way)
    return crossings, max((p.level for p in way), default=0), sum(p.ends != p.request.ends for p in way)


def _stack(labels: Sequence[Placed]) -> list[Placed]:
    """Give levels from below: a label comes after those whose leaders would run through its words."""
    waiting, done = list(range(len(labels))), dict[int, Placed]()
    while waiting:
        burden = {n: sum(labels[n].spans(labels[m].request.x) for m in waiting if m != n) for n in waiting}
        chosen = min(waiting, key=lambda n: (burden[n], n))
        done[chosen] = _lift(labels[chosen], list(done.values()))
        waiting.remove(chosen)
    return [done[n] for n in range(len(labels))]


def _lift(label: Placed, done: Sequence[Placed]) -> Placed:
    """The label on the lowest level above the leaders it spans where it touches no other."""
    level = max((p.level + 1 for p in done if label.spans(p.request.x)), default=0)
    while any(p.level == level and label.meets(p) for p in done):
        level += 1
    return replace(label, level=level)


def _spots(request: LabelRequest, width: float) -> list[Placed]:
    """The label on either side of its leader, as far as it fits; pushed inside where neither does."""
    size = len(request.words) * LETTER
    sides = ((request.x + REACH, False), (request.x - size - REACH, True))
    fitting = [Placed(request, 0, left, ends) for left, ends in sides if 2 <= left <= width - size - 2]
    return fitting or [Placed(request, 0, max(2.0, min(request.x + REACH, width - size - 2)), False)]
