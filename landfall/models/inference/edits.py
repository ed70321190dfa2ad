"""What it means to read a change of a sequence with a network, and the plain way to do it: window by window."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landfall.genome.encoding import one_hot
from landfall.genome.sequence import reverse_complement

Outputs = NDArray[np.float32]


@dataclass(frozen=True)
class Edit:
    """One change of a sequence and the outputs wanted around it, 0-based half-open in the sequence.

    Bases start..end become ``alt``; outputs first..last are wanted, and of the alternate sequence the same stretch
    with the edit applied: first..last + shift.
    """

    start: int
    end: int
    alt: str
    first: int
    last: int

    @property
    def shift(self) -> int:
        """Bases that the sequence grows by."""
        return len(self.alt) - (self.end - self.start)

    @property
    def is_nothing(self) -> bool:
        """Whether no base is taken and none is put in."""
        return self.start == self.end and not self.alt

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Edits of one shape can be computed in one batch."""
        return self.start - self.first, self.last - self.start, self.end - self.start, len(self.alt)

    def trimmed(self, sequence: str) -> Edit:
        """The same change without the bases at its ends that do not change."""
        start, end, alt = self.start, self.end, self.alt
        while end > start and alt and sequence[end - 1] == alt[-1]:
            end, alt = end - 1, alt[:-1]
        while end > start and alt and sequence[start] == alt[0]:
            start, alt = start + 1, alt[1:]
        return Edit(start, end, alt, self.first, self.last)

    def mirrored(self, length: int) -> Edit:
        """The same change in the reverse complement of a sequence of ``length`` bases."""
        flipped = reverse_complement(self.alt)
        return Edit(length - self.end, length - self.start, flipped, length - self.last, length - self.first)


def batches(edits: Sequence[Edit], size: int) -> Iterator[list[int]]:
    """Numbers of edits of one shape, at most ``size`` together."""
    by_shape: dict[tuple[int, int, int, int], list[int]] = {}
    for number, edit in enumerate(edits):
        by_shape.setdefault(edit.shape, []).append(number)
    for numbers in by_shape.values():
        for first in range(0, len(numbers), size):
            yield numbers[first : first + size]


def read_whole(
    predict: Callable[[NDArray[np.float32]], Outputs],
    context: int,
    sequence: str,
    edits: Sequence[Edit],
    batch: int,
) -> list[tuple[Outputs, Outputs]]:
    """Reference and alternate outputs around each edit, each by a pass over its whole window.

    predict: one-hot (batch, 4, length) to (batch, length - 2 * context, channels). Returns for each edit
    (last - first, channels) and (last - first + shift, channels). What an incremental engine is measured against.
    """
    results: dict[int, tuple[Outputs, Outputs]] = {}
    for members in batches(edits, batch):
        windows = [(edits[m].first - context, edits[m].last + context) for m in members]
        refs = predict(one_hot(sequence[start:end] for start, end in windows))
        altered = [
            sequence[start : edits[m].start] + edits[m].alt + sequence[edits[m].end : end]
            for m, (start, end) in zip(members, windows, strict=True)
        ]
        alts = predict(one_hot(altered))
        results.update((m, (ref, alt)) for m, ref, alt in zip(members, refs, alts, strict=True))
    return [results[number] for number in range(len(edits))]
