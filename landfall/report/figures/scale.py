"""Scale of the figures along a contig: from positions to x."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """The 0-based half-open span ``start``..``end`` of a contig between x = ``left`` and x = ``right``.

    With ``strand`` "-" positions run from right to left, so that a figure reads 5' to 3' of the transcript.
    """

    start: int
    end: int
    left: float
    right: float
    strand: str = "+"

    @property
    def length(self) -> int:
        """Bases in view."""
        return self.end - self.start

    def x(self, position: float) -> float:
        """x of the boundary before a 0-based position, clipped to the view."""
        along = position - self.start
        along = self.length - along if self.strand == "-" else along
        return self.left + min(max(along, 0), self.length) * (self.right - self.left) / self.length

    def base(self, pos: int) -> float:
        """x of the middle of the base at a 1-based position."""
        return (self.x(pos - 1) + self.x(pos)) / 2

    def span(self, start: int, end: int) -> tuple[float, float]:
        """(x, width) of a 0-based half-open span."""
        a, b = sorted((self.x(start), self.x(end)))
        return a, b - a

    def holds(self, position: int | None) -> bool:
        """Whether a 0-based position is in view; None is not."""
        return position is not None and self.start <= position < self.end
