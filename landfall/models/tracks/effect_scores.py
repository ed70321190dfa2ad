"""From the tracks of two alleles to the scores of a variant, for every regulatory track model.

The alternate window is the true haplotype. The sequence right of an insertion or deletion is shifted in it, so its
tracks are moved back, bin by bin, before they are compared. Tracks are (bins, tracks); scores are (tracks,) float64.
The docstring of a formula with a name in the field gives its source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from landfall.models.tracks.base import (
    Layout,
    Site,
    Squash,
    TrackModel,
    Tracks,
    TrackTarget,
    Window,
    read_many,
)

Scores = NDArray[np.float64]
"""(tracks,)."""
LOCAL_WIDTH = 501
"""Bases around a variant whose signal is summed for the local ratio (AlphaGenome; chorus, ``analysis/scorers.py``)."""


@dataclass(frozen=True)
class WindowEdit:
    """A variant in a window: bases start..end (0-based half-open, from the window's start) become ``alt``.

    Best without the bases that both alleles begin with, so that ``start`` is where they differ first.
    """

    start: int
    end: int
    alt: str

    @property
    def shift(self) -> int:
        """Shift in bases of the sequence right of it: positive for an insertion."""
        return len(self.alt) - (self.end - self.start)


def alternate(sequence: str, length: int, change: WindowEdit) -> str:
    """The window of ``length`` bases on the haplotype that carries the variant.

    sequence: the reference from the window's start on, longer than the window by what a deletion takes away: the
    window stays full, from its right. An insertion pushes bases out at the right end. This is baskerville's window;
    Selene's for Sei takes the wrong bases out for deletions. Raises ValueError if the sequence is too short.
    """
    altered = sequence[: change.start] + change.alt + sequence[change.end :]
    if len(altered) < length:
        raise ValueError(f"{length - len(altered)} more bases are needed right of the window")
    return altered[:length]


def align(reference: Tracks, alternate: Tracks, layout: Layout, change: WindowEdit) -> Tracks:
    """The alternate's tracks in the reference's bins, (bins, tracks).

    What is inserted or deleted counts in whole bins, the nearest number: fewer bases than half a bin move nothing.
    Deleted bins carry no signal (0); inserted ones are added to the bin of the variant; bins of which the
    alternate's window has none are the reference's. The original tools compare bin to bin without moving
    anything, or (baskerville, ``stitch_preds``) read the alternate twice, the second time shifted.
    """
    moved = round(abs(change.shift) / layout.bin)
    if moved == 0 or layout.bins == 1:
        return alternate
    bins, here = np.arange(layout.bins), layout.bin_of(change.start)
    edge = round((change.start - layout.first) / layout.bin)
    if change.shift > 0:
        source = np.where(bins > here, bins + moved, bins)
    else:
        source = np.where(bins < edge, bins, bins - moved)
    known = (source >= 0) & (source < layout.bins)
    aligned = np.where(known[:, None], alternate[source.clip(0, layout.bins - 1)], reference)
    if change.shift < 0:
        aligned[(bins >= edge) & (bins < edge + moved)] = 0.0
    elif 0 <= here < layout.bins:
        aligned[here] = alternate[here : here + moved + 1].sum(axis=0)
    return aligned


def shifted(window: Window, shift: int) -> Window:
    """A window moved right by ``shift`` bases (left if negative), zeros at its end (Basenji's StochasticShift)."""
    moved = np.zeros_like(window)
    if shift >= 0:
        moved[shift:] = window[: len(window) - shift]
    else:
        moved[:shift] = window[-shift:]
    return moved


def partners(targets: Sequence[TrackTarget], tracks: int) -> NDArray[np.int64]:
    """(tracks,): for each track the one of the other strand, itself where it has none."""
    found = np.arange(tracks)
    for target in targets:
        if target.partner >= 0:
            found[target.number] = target.partner
    return found


def predict(
    model: TrackModel,
    reference: Window,
    alternates: Sequence[Window],
    both_strands: bool = True,
    shifts: Sequence[int] = (0,),
) -> tuple[Tracks, list[Tracks]]:
    """Tracks of a window and its alternates, mean over strands and shifts, in the units of the data.

    On the other strand the bins run backwards and a track of one strand is read from its partner. The outputs
    are averaged and then un-squashed, as in ``basenji_sad.py --rc --shifts`` and baskerville's ensemble of strands.
    """
    return predict_many(model, [(reference, alternates)], both_strands, shifts)[0]


def predict_many(
    model: TrackModel, sites: Sequence[Site], both_strands: bool = True, shifts: Sequence[int] = (0,)
) -> list[tuple[Tracks, list[Tracks]]]:
    """As :func:`predict` for each site; both strands of all of them go to a network that reads many sites together."""
    totals: list[list[Tracks]] = []
    for shift in shifts:
        moved = [_each(site, partial(shifted, shift=shift)) for site in sites]
        strands = [moved, [_each(site, model.layout.mirrored) for site in moved]][: 1 + both_strands]
        read = [
            [ref, *alts] for ref, alts in read_many(model, [site for strand in strands for site in strand])
        ]
        means = [_mean(model, read[place :: len(sites)]) for place in range(len(sites))]
        totals = [_summed(*both) for both in zip(totals, means, strict=True)] if totals else means
    averaged = [
        [unsquashed(tracks / np.float32(len(shifts)), model.targets) for tracks in total] for total in totals
    ]
    return [(ref, alts) for ref, *alts in averaged]


def _summed(some: Sequence[Tracks], more: Sequence[Tracks]) -> list[Tracks]:
    return [one + other for one, other in zip(some, more, strict=True)]


def _each(site: Site, change: Callable[[Window], Window]) -> Site:
    reference, alternates = site
    return change(reference), [change(window) for window in alternates]


def _mean(model: TrackModel, strands: Sequence[Sequence[Tracks]]) -> list[Tracks]:
    """Tracks of one strand, or the mean of both."""
    forward, *backward = strands
    order = partners(model.targets, forward[0].shape[1])
    aligned = [forward, *([tracks[::-1, order] for tracks in mirrored] for mirrored in backward)]
    return [np.mean(found, axis=0) for found in zip(*aligned, strict=True)]


def unsquashed(tracks: Tracks, targets: Sequence[TrackTarget]) -> Tracks:
    """Tracks in the units of the data they were trained on, but for their scale (baskerville, ``untransform_preds``).

    Borzoi's publication has the same with other numbers (``untransform_preds1``); see :class:`Squash`.
    """
    result = tracks.copy()
    groups: dict[Squash, list[int]] = {}
    for target in targets:
        if target.squash is not None:
            groups.setdefault(target.squash, []).append(target.number)
    for squash, numbers in groups.items():
        y, offset = tracks[:, numbers] / squash.scale, squash.offset
        y = np.where(y > squash.clip, squash.clip - offset + (y - squash.clip + offset) ** 2, y)
        if squash.power != 1:
            y = (y + offset) ** squash.power - offset
        result[:, numbers] = y * squash.scale
    return result


def sad(reference: Tracks, alternate: Tracks) -> Scores:
    """Sum over bins of alternate minus reference: Basenji's SAD, baskerville's SUM."""
    return np.asarray((_wide(alternate) - _wide(reference)).sum(axis=0))


def mean_sad(reference: Tracks, alternate: Tracks) -> Scores:
    """Mean over bins of alternate minus reference: the SAD of DeepMind's Enformer notebook."""
    return np.asarray((_wide(alternate) - _wide(reference)).mean(axis=0))


def log_sad(reference: Tracks, alternate: Tracks) -> Scores:
    """Sum over bins of log2(alternate + 1) - log2(reference + 1): Basenji's logSAD, Enformer's SAR."""
    return np.asarray((_log2(alternate) - _log2(reference)).sum(axis=0))


def sar(reference: Tracks, alternate: Tracks) -> Scores:
    """log2(sum of the alternate + 1) - log2(sum of the reference + 1): Basenji's first SAR, baskerville's logSED."""
    return log_ratio(_wide(reference).sum(axis=0), _wide(alternate).sum(axis=0))


def sqrt_sad(reference: Tracks, alternate: Tracks) -> Scores:
    """Sum over bins of the differences of square roots: Basenji's sqrtSAD."""
    return np.asarray((np.sqrt(_wide(alternate)) - np.sqrt(_wide(reference))).sum(axis=0))


def d2(reference: Tracks, alternate: Tracks) -> Scores:
    """Length of the vector of differences by bin: Basenji's D2; sensitive to a peak that moves, as a sum is not."""
    return np.asarray(np.linalg.norm(_wide(alternate) - _wide(reference), axis=0))


def log_d2(reference: Tracks, alternate: Tracks) -> Scores:
    """D2 of log2(signal + 1): baskerville's logD2."""
    return np.asarray(np.linalg.norm(_log2(alternate) - _log2(reference), axis=0))


SCORES: Mapping[str, Callable[[Tracks, Tracks], Scores]] = {
    "sad": sad,
    "mean_sad": mean_sad,
    "logsad": log_sad,
    "sar": sar,
    "sqrtsad": sqrt_sad,
    "d2": d2,
    "logd2": log_d2,
}
"""Name in tables to score; reference and aligned alternate, (bins, tracks) each, to (tracks,)."""


def joined(name: str, scores: Scores, targets: Sequence[TrackTarget]) -> Scores:
    """(assays,): a score of SCORES by assay instead of by strand, in the order of the assays' first tracks.

    As baskerville gives it: differences of the two strands add up, D2 and logD2 are lengths over the bins of both.
    """
    other = partners(targets, len(scores))
    both = np.hypot(scores, scores[other]) if name in ("d2", "logd2") else scores + scores[other]
    tracks = np.arange(len(scores))
    return np.where(other == tracks, scores, both)[tracks <= other]


def log_ratio(reference: Scores, alternate: Scores) -> Scores:
    """log2((alternate + 1) / (reference + 1)) of sums of signal, (tracks,) each."""
    return np.asarray(np.log2(alternate + 1) - np.log2(reference + 1))


def local_log_ratio(
    reference: Tracks, alternate: Tracks, layout: Layout, base: int, width: int = LOCAL_WIDTH
) -> Scores:
    """The log ratio of the signal summed over the bins that ``width`` bases around ``base`` of the window touch.

    AlphaGenome's score of tracks of accessibility and binding (501 bases), and chorus's of Enformer. Raises ValueError
    where no bin of the output lies there.
    """
    first = layout.bin_of(base - width // 2)
    last = layout.bin_of(base - width // 2 + width - 1)
    return gene_log_ratio(reference, alternate, range(max(first, 0), min(last + 1, layout.bins)))


def gene_log_ratio(reference: Tracks, alternate: Tracks, bins: Sequence[int]) -> Scores:
    """The log ratio of the signal of a gene, summed over its bins: see :func:`tss_bins` and :func:`exon_bins`.

    Enformer's change of expression (CAGE at the start of transcription), Borzoi's logSED (RNA over exons). Raises
    ValueError where there is no bin.
    """
    if not len(bins):
        raise ValueError("no bin of the output lies there")
    chosen = list(bins)
    return log_ratio(_wide(reference[chosen]).sum(axis=0), _wide(alternate[chosen]).sum(axis=0))


def tss_bins(layout: Layout, base: int) -> list[int]:
    """The bin of the start of transcription, at ``base`` of the window, and its neighbours; none where it has none.

    Enformer's notebook sums bins 447 to 449 of a window centred on it.
    """
    here = layout.bin_of(base)
    if not 0 <= here < layout.bins:
        return []
    return list(range(max(here - 1, 0), min(here + 2, layout.bins)))


def exon_bins(layout: Layout, exons: Sequence[tuple[int, int]]) -> list[int]:
    """Bins that exons (0-based half-open, bases of the window) touch, each once (``borzoi_sed.py``)."""
    touched = {
        number
        for start, end in exons
        for number in range(max(layout.bin_of(start), 0), min(layout.bin_of(end - 1) + 1, layout.bins))
    }
    return sorted(touched)


def _wide(tracks: Tracks) -> NDArray[np.float64]:
    return tracks.astype(np.float64)


def _log2(tracks: Tracks) -> NDArray[np.float64]:
    return np.asarray(np.log2(_wide(tracks) + 1))
