"""From P(splice site) in tissues of two alleles to scores, as Pangolin's ``pangolin.py`` does it.

All arrays run along the + strand in reference coordinates. An increase is a positive, a decrease a negative number.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landfall.models.splice.outputs import TISSUES

Changes = NDArray[np.float32]


@dataclass(frozen=True)
class Peaks:
    """The largest increase and decrease of one allele, and their rows, the first where several are equal."""

    gain: float
    loss: float
    gain_row: int
    loss_row: int


def changes(refs: Changes, alts: Changes) -> Changes:
    """Alternate minus reference, (tissues, rows): the mean over the networks of a tissue.

    refs, alts: (networks, rows, 1), aligned; the networks of a tissue are adjacent.
    """
    difference = (alts - refs)[..., 0]
    mean: Changes = difference.reshape(len(TISSUES), -1, difference.shape[1]).mean(axis=1)
    return mean


def peaks(change: Changes, sites: Collection[int] | None = None) -> Peaks:
    """Of the largest and the smallest change over the tissues at each row, (tissues, rows), the extremes.

    sites: rows of the annotated sites; with them increases there and decreases elsewhere count as 0. None: raw.
    """
    gain, loss = change.max(axis=0), change.min(axis=0)
    if sites is not None:
        annotated = np.zeros(len(gain), dtype=bool)
        annotated[[row for row in sites if 0 <= row < len(gain)]] = True
        gain = np.where(annotated, np.minimum(gain, 0), gain)
        loss = np.where(annotated, loss, np.maximum(loss, 0))
    upper, lower = int(gain.argmax()), int(loss.argmin())
    return Peaks(float(gain[upper]), float(loss[lower]), upper, lower)


def numbers(change: Changes, origin: int, sites: Collection[int]) -> dict[str, float]:
    """Tracks of tables.SCORES: raw and masked extremes with positions from row ``origin``, and those of each tissue."""
    found: dict[str, float] = {}
    for prefix, peak in (("", peaks(change)), ("masked_", peaks(change, sites))):
        found[f"{prefix}gain"], found[f"{prefix}loss"] = peak.gain, peak.loss
        found[f"{prefix}dp_gain"] = float(peak.gain_row - origin)
        found[f"{prefix}dp_loss"] = float(peak.loss_row - origin)
    for tissue, of_tissue in zip(TISSUES, change, strict=True):
        found[f"gain_{tissue}"], found[f"loss_{tissue}"] = float(of_tissue.max()), float(of_tissue.min())
    return found
