"""Where an alternate window differs from its reference, and which part of the convolutions is computed again.

A stem and a tower of convolutions, each followed by a halving, see a base only up to their reach. Around the bases
that differ a slice of the alternate is convolved, wide enough that its edges do not show in what is kept of it;
elsewhere the reference's values are kept. The result equals that of a whole pass, but for the order of summation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from landfall.models.tracks.base import Window


@dataclass(frozen=True)
class Patch:
    """Positions of the coarsest grid, 0-based half-open: computed again first..last, right and kept from..to.

    coarse: bases of a position; length: bases of the window.
    """

    first: int
    last: int
    kept_first: int
    kept_last: int
    coarse: int
    length: int

    @property
    def bases(self) -> slice:
        """The slice of the window to be convolved."""
        return slice(self.first * self.coarse, self.last * self.coarse)

    def put(self, whole: Tensor, fresh: Tensor) -> Tensor:
        """``whole`` (n, channels, 1, positions of any resolution) with the kept part of the slice's values in it."""
        fine = whole.shape[3] * self.coarse // self.length
        result = whole.clone()
        inside = slice((self.kept_first - self.first) * fine, (self.kept_last - self.first) * fine)
        result[..., self.kept_first * fine : self.kept_last * fine] = fresh[..., inside]
        return result


def halved(x: Tensor) -> Tensor:
    """Max pooling of neighbours, (n, channels, 1, positions) to half the positions; faster so than by max_pool2d."""
    return torch.maximum(x[..., 0::2], x[..., 1::2])


def reach(stem: int, width: int, halvings: int) -> int:
    """Bases that a position sees to either side of its own.

    A stem's convolution and a halving, then ``halvings`` times a convolution of ``width`` and a halving.
    """
    return stem // 2 + sum((width // 2) << step for step in range(1, halvings + 1))


def paired(first: int, last: int, positions: int) -> tuple[int, int]:
    """Positions first..last, 0-based half-open, and what more makes pairs of them in a row of ``positions``.

    Of the convolution before a halving a pair has the four outputs that :mod:`landfall.models.layers.winograd_conv5`
    computes together, so that they are the same four in a slice as in a whole pass.
    """
    return first // 2 * 2, min(-(-last // 2) * 2, positions)


def patch(reference: Window, alternate: Window, coarse: int, reach: int) -> Patch | None:
    """The part of an alternate that is computed again; None where it is its reference, (length, 4) each."""
    differing = np.flatnonzero((reference != alternate).any(axis=1))
    if not len(differing):
        return None
    positions, margin = len(reference) // coarse, -(-reach // coarse)
    kept_first = max((int(differing[0]) - reach) // coarse, 0)
    kept_last = min((int(differing[-1]) + reach) // coarse + 1, positions)
    first, last = paired(max(kept_first - margin, 0), kept_last + margin, positions)
    return Patch(
        first=first,
        last=last,
        kept_first=kept_first,
        kept_last=kept_last,
        coarse=coarse,
        length=len(reference),
    )
