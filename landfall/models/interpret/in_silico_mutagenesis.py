"""In-silico mutagenesis around a variant, for every regulatory track model: each base replaced by each other one.

It shows which bases the network needs there, and so which motif a variant breaks or makes; a drop at a run of bases is
a hypothesis of a binding site.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from landfall.genome.encoding import BASES
from landfall.models.tracks.base import TrackModel, Tracks, Window, batch_limit

Summary = Callable[[Tracks, Tracks], float]
"""Reference and alternate tracks, (bins, tracks) each, to the number that is drawn."""
TOGETHER = 8
"""Most alternates read together: their tracks are summed before the next are read."""


def mutagenesis(
    model: TrackModel, window: Window, start: int, end: int, summary: Summary
) -> NDArray[np.float64]:
    """(end - start, 4): what ``summary`` makes of each base of start..end replaced by A, C, G and T.

    window: (length, 4) in the model's order of bases, of either allele; start, end: 0-based half-open, from the
    window's start. 0 for the base that is there; NaN at an N. One strand, no shift. Raises
    ValueError for a stretch outside the window.
    """
    if not 0 <= start < end <= model.layout.length:
        raise ValueError(f"bases {start} to {end} are not a stretch of the window's {model.layout.length}")
    columns = [model.layout.order.index(base) for base in BASES]
    known = (window[start:end] == 1).any(axis=1)
    scores = np.where(known[:, None], 0.0, np.full((end - start, 4), np.nan))
    changes = [
        (at, base)
        for at in np.flatnonzero(known).tolist()
        for base, column in enumerate(columns)
        if window[start + at, column] != 1
    ]
    most = batch_limit(model, TOGETHER)
    for first in range(0, len(changes), most):
        together = changes[first : first + most]
        alternates = [replaced(window, start + at, columns[base]) for at, base in together]
        reference, tracks = model.read(window, alternates)
        for (at, base), alternate in zip(together, tracks, strict=True):
            scores[at, base] = summary(reference, alternate)
    return scores


def replaced(window: Window, at: int, column: int) -> Window:
    """A window with one base, ``at`` from its start, replaced by the base of a channel."""
    alternate = window.copy()
    alternate[at] = 0
    alternate[at, column] = 1
    return alternate
