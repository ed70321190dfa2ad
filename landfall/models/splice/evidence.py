"""Evidence of an effect on splicing, from the predictions of one model, all within 500 bases of the variant.

    delta    of a splice site network: log((x + 0.01) / (1 - x + 0.01)) of its largest raw delta score x
    lost     the largest fall of log-odds at an annotated site of its own type
    changed  the larger of ``lost`` and the largest rise of log-odds anywhere else
    pair     as ``delta``, of the best new exon: sqrt(P(acceptor) * P(donor)) of an unannotated acceptor and a donor 25
             to 500 bases downstream, minus the same with the reference allele
    psi      of MMSplice: |delta logit PSI| of the exon that changes most, at most 5; 0 without an exon within reach

A network of P(splice site) in tissues has ``delta`` from its largest change in a tissue, ``lost`` and ``changed`` from
the mean over its networks, and no types of sites. Log-odds are natural, of probabilities clipped to 0.001 to 0.999.
:mod:`landfall.splicing.probability.calibration` combines them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from landfall.models.splice import tissue_scores
from landfall.models.splice.delta_scores import ACCEPTOR, DONOR, Probabilities, Sites

WITHIN = 500
"""Bases on either side of the variant that are used, whatever the scoring distance of a model."""
DELTA_MARGIN = 0.01
FLOOR = 0.001
LARGEST_PSI = 5.0
NEW_EXON = 25, 500
"""Smallest and largest exon of a pair of new sites, in bases."""
WEAKEST = 0.005
"""Smallest P(acceptor) of a pair."""

TRACK = "evidence_"
"""Prefix of the tracks of tables.SCORES with evidence."""


def site_evidence(
    ref: Probabilities, alt: Probabilities, origin: int, start: int, sites: Sites, forward: bool
) -> dict[str, float]:
    """``delta``, ``lost``, ``changed`` and ``pair`` of a network of splice sites.

    ref, alt: (length, 3), aligned, + strand, origin the row of the variant's first base and start the 0-based contig
    position of row 0; forward: whether the transcript is on the + strand. Raises ValueError if fewer than WITHIN bases
    were scored on either side.
    """
    first, last = _within(origin, len(ref))
    ref, alt, start = ref[first:last], alt[first:last], start + first
    rise = log_odds(alt) - log_odds(ref)
    lost = gained = 0.0
    unannotated = []
    for column in (ACCEPTOR, DONOR):
        annotated = _rows(sites.of(column), start, len(rise))
        lost = max(lost, float(-rise[annotated, column].min(initial=0)))
        gained = max(gained, float(rise[~annotated, column].max(initial=0)))
        unannotated += [np.where(annotated, 0, p[:, column])[:: 1 if forward else -1] for p in (ref, alt)]
    largest = float(np.abs(alt[:, 1:] - ref[:, 1:]).max())
    return {
        "delta": _delta(largest),
        "lost": lost,
        "changed": max(lost, gained),
        "pair": _delta(_best_pair(*unannotated)),
    }


def tissue_evidence(
    refs: NDArray[np.float32], alts: NDArray[np.float32], origin: int, start: int, sites: Sites
) -> dict[str, float]:
    """``delta``, ``lost`` and ``changed`` of a network of P(splice site) in tissues.

    refs, alts: (networks, length), aligned, + strand, those of a tissue together; the rest as in
    :func:`site_evidence`.
    """
    first, last = _within(origin, refs.shape[1])
    change = tissue_scores.changes(refs[:, first:last, None], alts[:, first:last, None])
    rise = log_odds(alts[:, first:last].mean(axis=0)) - log_odds(refs[:, first:last].mean(axis=0))
    annotated = _rows((*sites.of(ACCEPTOR), *sites.of(DONOR)), start + first, len(rise))
    lost = float(-rise[annotated].min(initial=0))
    gained = float(rise[~annotated].max(initial=0))
    return {"delta": _delta(float(np.abs(change).max())), "lost": lost, "changed": max(lost, gained)}


def _within(origin: int, length: int) -> tuple[int, int]:
    """The rows that are used, first and one past the last."""
    first, last = origin - WITHIN, origin + WITHIN + 1
    if first < 0 or last > length:
        raise ValueError(f"{WITHIN} bases on either side are needed, {origin} were scored")
    return first, last


def _rows(sites: Iterable[int], start: int, length: int) -> NDArray[np.bool_]:
    """Which rows are annotated sites, (length,)."""
    annotated = np.zeros(length, dtype=bool)
    annotated[[site - start for site in sites if 0 <= site - start < length]] = True
    return annotated


def _delta(x: float) -> float:
    """The term of a change x of probability, 0 to 1."""
    return math.log((x + DELTA_MARGIN) / (1 - x + DELTA_MARGIN))


def _best_pair(
    ref_acceptor: NDArray[np.float32],
    alt_acceptor: NDArray[np.float32],
    ref_donor: NDArray[np.float32],
    alt_donor: NDArray[np.float32],
) -> float:
    """The largest gain of a new exon, 0 to 1; each (length,), in the direction of the transcript."""
    smallest, largest = NEW_EXON
    best = 0.0
    for row in np.flatnonzero(alt_acceptor >= WEAKEST):
        donors = slice(row + smallest - 1, row + largest)
        gain = np.sqrt(alt_acceptor[row] * alt_donor[donors]) - np.sqrt(ref_acceptor[row] * ref_donor[donors])
        best = max(best, float(gain.max(initial=0)))
    return min(best, 1.0)


def log_odds(probabilities: Probabilities) -> NDArray[np.float64]:
    """Natural log-odds of probabilities clipped to FLOOR to 1 - FLOOR."""
    p = np.clip(probabilities.astype(np.float64), FLOOR, 1 - FLOOR)
    odds: NDArray[np.float64] = np.log(p) - np.log1p(-p)
    return odds


def psi_evidence(delta_logit_psi: Iterable[float]) -> dict[str, float]:
    """``psi`` from MMSplice's change of logit PSI of each exon within reach; 0 without any."""
    return {"psi": min(max((abs(value) for value in delta_logit_psi), default=0.0), LARGEST_PSI)}


def tracks(evidence: Mapping[str, float]) -> dict[str, float]:
    """Evidence of one model by the name of its track in tables.SCORES."""
    return {f"{TRACK}{name}": value for name, value in evidence.items()}
