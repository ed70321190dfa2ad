"""Placing the labels of a figure on few levels, apart, and out of the way of each other's leaders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LETTER = 6.3
"""Width of a letter at the labels' size; text is measured nowhere else."""
REACH, AIR = 4, 6


@dataclass(frozen=True)
class Wish:
    """A label to place: the x of its leader, its words, its style, and whether it would rather end at x."""

    x: float
    words: str
    cls: str
    ends: bool


@dataclass(frozen=True)
class Placed:
    """A label with its level (0 = nearest to the figure) and the x its words begin at."""

    wish: Wish
    level: int
    left: float

    @property
    def right(self) -> float:
        return self.left + len(self.wish.words) * LETTER

    def meets(self, other: Placed) -> bool:
        """Whether the two would touch, were they on one level; leaders count."""
        return (
            min(self.left, self.wish.x) < max(other.right, other.wish.x) + AIR
            and min(other.left, other.wish.x) < max(self.right, self.wish.x) + AIR
        )

    def crosses(self, other: Placed) -> bool:
        """Whether the leader of this label runs through the words of a lower one."""
        return self.level > other.level and other.left < self.wish.x < other.right


def place(wishes: Sequence[Wish], width: float) -> list[Placed]:
    """The better of two ways through the wishes: fewest crossings, then fewest levels."""
    ways = [_fill(order, width) for order in (list(wishes), list(reversed(wishes)))]
    best = min(ways, key=lambda way: (_crossings(way), max((p.level for p in way), default=0)))
    return sorted(best, key=lambda p: wishes.index(p.wish))


def _crossings(way: Sequence[Placed]) -> int:
    return sum(a.crosses(b) for a in way for b in way)


def _fill(wishes: Sequence[Wish], width: float) -> list[Placed]:
    """Each label in turn on the lowest level, on the side it likes first, where nothing is in its way."""
    done: list[Placed] = []
    for wish in wishes:
        top = max((p.level for p in done), default=-1) + 1
        spots = [spot for level in range(top + 1) for spot in _spots(wish, level, width)]
        free = [s for s in spots if not any(s.level == p.level and s.meets(p) for p in done)]
        clear = [s for s in free if not any(s.crosses(p) or p.crosses(s) for p in done)]
        done.append((clear or free)[0])
    return done


def _spots(wish: Wish, level: int, width: float) -> Iterator[Placed]:
    """The label on either side of its leader, as far as it fits; pushed inside where neither does."""
    room = len(wish.words) * LETTER
    sides = [wish.x - room - REACH, wish.x + REACH]
    fitting = [x for x in (sides if wish.ends else sides[::-1]) if 2 <= x <= width - room - 2]
    for left in fitting or [max(2.0, min(wish.x + REACH, width - room - 2))]:
        yield Placed(wish, level, left)
