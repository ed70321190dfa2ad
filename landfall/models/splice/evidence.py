"""Evidence of an effect on splicing, from the predictions of one model, all within 500 bases of the variant.

    delta    of a splice site network: log((x + 0.01) / (1 - x + 0.01)) of its largest raw delta score x
    lost     the largest fall of log-odds at an annotated site of its own type
    changed  the larger of ``lost`` and the largest rise of log-odds anywhere else
    psi      of MMSplice: |delta logit PSI| of the exon that changes most, at most 5; 0 without an exon within reach

Log-odds are natural, of probabilities clipped to 0.001 to 0.999. :mod:`landfall.splicing.calibration` combines them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from landfall.models.splice.delta_scores import ACCEPTOR, DONOR, Probabilities, Sites

WITHIN = 500
"""Bases on either side of the variant that are used, whatever the scoring distance of a model."""
DELTA_MARGIN = 0.01
FLOOR = 0.001
LARGEST_PSI = 5.0

TRACK = "evidence_"
"""Prefix of the tracks of tables.SCORES with evidence."""


def site_evidence(
    ref: Probabilities, alt: Probabilities, origin: int, start: int, sites: Sites
) -> dict[str, float]:
    """``delta``, ``lost`` and ``changed`` of a network of splice sites.

    ref, alt: (length, 3), aligned, + strand, origin the row of the variant's first base and start the 0-based contig
    position of row 0. Raises ValueError if fewer than WITHIN bases were scored on either side.
    """
    first, last = origin - WITHIN, origin + WITHIN + 1
    if first < 0 or last > len(ref):
        raise ValueError(f"{WITHIN} bases on either side are needed, {origin} were scored")
    ref, alt, start = ref[first:last], alt[first:last], start + first
    largest = float(np.abs(alt[:, 1:] - ref[:, 1:]).max())
    rise = log_odds(alt) - log_odds(ref)
    lost = gained = 0.0
    for column in (ACCEPTOR, DONOR):
        annotated = np.zeros(len(rise), dtype=bool)
        annotated[[site - start for site in sites.of(column) if 0 <= site - start < len(rise)]] = True
        lost = max(lost, float(-rise[annotated, column].min(initial=0)))
        gained = max(gained, float(rise[~annotated, column].max(initial=0)))
    delta = math.log((largest + DELTA_MARGIN) / (1 - largest + DELTA_MARGIN))
    return {"delta": delta, "lost": lost, "changed": max(lost, gained)}


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
