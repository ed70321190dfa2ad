"""Calibrated probability that a variant affects splicing, from the splice models of a run combined.

Two logistic models, one for deep introns (region ``deep_intronic``) and one for all other regions, the latter with an
offset for each region of the transcript. Their evidence, all within 500 bases of the variant:

    delta    of a network of splice sites: log((x + 0.01) / (1 - x + 0.01)) of its largest raw delta score x
    lost     the largest fall of log-odds at an annotated site of its own type
    changed  the larger of ``lost`` and the largest rise of log-odds anywhere else
    pair     as ``delta``, of the best new exon: sqrt(P(acceptor) * P(donor)) of an unannotated acceptor and a donor 25
             to 500 bases downstream, minus the same with the reference allele
    branch   of the sequence alone: points by which an intron's branch point falls
             (:mod:`landfall.splicing.probability.branch_point`), of the model for all other regions
    psi      of MMSplice: |delta logit PSI| of the exon that changes most, at most 5; 0 without an exon within reach

A network of P(splice site) in tissues has ``delta`` from its largest change in a tissue, the other terms from the mean
over the tissues, and no types of sites. Log-odds are natural, of probabilities clipped to 0.001 to 0.999. No weight is
negative: a larger change never makes an effect less probable. The probability lies between ``floor`` and 1 -
``floor``, the share of measured outcomes that no score explains, and is that of a set of variants of which half affect
splicing; another prior moves its log-odds (:func:`at_prior`). The coefficients (``calibration.json``) come from
``python -m benchmarks.calibrate fit``, one set for every combination of models, with their training data in the file.
The probability of *an effect on splicing* is not one of disease.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from landfall.genome.hgvs.dna import trim
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.registry import splice_model
from landfall.models.splice import tissue_scores
from landfall.models.splice.delta_scores import ACCEPTOR, DONOR, Probabilities, Sites
from landfall.splicing.probability import branch_point

COEFFICIENTS = Path(__file__).with_name("calibration.json")

WITHIN = 500
"""Bases on either side of the variant that are used, whatever the scoring distance of a model."""
DELTA_MARGIN = 0.01
FLOOR = 0.001
LARGEST_PSI = 5.0
NEW_EXON = 25, 500
"""Smallest and largest exon of a pair of new sites, in bases."""
WEAKEST = 0.005
"""Smallest P(acceptor) of a pair."""
EVEN = 0.5
"""The prior of the stored coefficients: the share of variants that affect splicing."""

REGIONS = ("canonical", "near", "exonic", "deep_intronic")
CANONICAL, NEAR_EXON, NEAR_INTRON = 2, 3, 50
"""Bases from an exon's edge: canonical dinucleotide of the intron; exonic and intronic bases of the region ``near``."""
PARTS: Mapping[str, tuple[str, ...]] = {"exon": REGIONS[:3], "deep": REGIONS[3:]}
"""The two models, each with its regions."""
BRANCH = "motif.branch"
"""Evidence of the sequence, which every combination of models has."""
TRACK = "evidence_"
"""Prefix of the tracks of tables.SCORES with evidence."""


def evidence_names(model: str) -> tuple[str, ...]:
    """The names of a model's evidence terms, as in the coefficients."""
    return tuple(f"{model}.{term}" for term in splice_model(model).calibration_terms)


def terms_of(models: Iterable[str], part: str) -> tuple[str, ...]:
    """The names of all evidence of one of PARTS from some models."""
    found = tuple(name for model in models for name in evidence_names(model))
    return (*found, BRANCH) if part == "exon" else found


def part_of(region: str) -> str:
    """The model, of PARTS, of a region."""
    return next(part for part, regions in PARTS.items() if region in regions)


@dataclass(frozen=True)
class Part:
    """Coefficients of one of PARTS: of its regions (the offset) and of the evidence, in the log-odds."""

    regions: Mapping[str, float]
    weights: Mapping[str, float]


@dataclass(frozen=True)
class Combination:
    """One fitted set: its models, the smallest probability and the coefficients by the names of PARTS."""

    models: tuple[str, ...]
    floor: float
    parts: Mapping[str, Part]

    def probability(self, evidence: Mapping[str, float], region: str, prior: float = EVEN) -> float:
        """Probability that splicing is affected, 0 to 1. Raises KeyError if evidence of a model is missing."""
        part = self.parts[part_of(region)]
        odds = part.regions[region]
        odds += sum(weight * evidence[name] for name, weight in part.weights.items())
        return at_prior(self.floor + (1 - 2 * self.floor) * logistic(odds), prior)


def at_prior(probability: float, prior: float) -> float:
    """A probability at the prior EVEN, at another one, by Bayes' theorem; both above 0 and below 1."""
    return 1 / (1 + (1 - probability) / probability * (1 - prior) / prior)


def logistic(x: float) -> float:
    """1 / (1 + exp(-x)), for any x."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


@cache
def combinations(path: Path = COEFFICIENTS) -> Mapping[frozenset[str], Combination]:
    """Every fitted set, by the models it combines."""
    stored = json.loads(path.read_text(encoding="utf-8"))["combinations"]
    found = [
        Combination(
            tuple(entry["models"]),
            entry["floor"],
            {part: Part(entry[part]["regions"], entry[part]["weights"]) for part in PARTS},
        )
        for entry in stored
    ]
    return {frozenset(combination.models): combination for combination in found}


def for_models(available: Collection[str], path: Path = COEFFICIENTS) -> Combination | None:
    """The set with all calibrated models among those available; None without any."""
    known = combinations(path)
    return known.get(frozenset(available) & frozenset().union(*known))


def region_of(variant: Variant, transcript: Transcript, moved: int = 0) -> str:
    """The region of a variant, one of REGIONS; where its bases lie in several, the first in that order.

    The bases are the changed ones, ``moved`` bases right of the given representation (left-aligned, as in VCF), the
    alignment of an insertion or deletion (:mod:`landfall.splicing.site_alignment`); for an insertion the two flanking
    ones. Bases outside the transcript count as deep intronic.
    """
    start, end = changed_bases(variant)
    by = moved if trim(variant.pos, variant.ref, variant.alt).movable else 0
    places = [_place(transcript, pos) for pos in range(start + by, end + by + 1)]
    return min(places, key=REGIONS.index)


def changed_bases(variant: Variant) -> tuple[int, int]:
    """First and last changed 1-based position; for an insertion the two flanking bases."""
    ref, alt, start = variant.ref, variant.alt, variant.pos
    while ref and alt and ref[0] == alt[0]:
        ref, alt, start = ref[1:], alt[1:], start + 1
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    return (start, start + len(ref) - 1) if ref else (start - 1, start)


def _place(transcript: Transcript, pos: int) -> str:
    """The region of one 1-based position."""
    inside = [min(end - pos + 1, pos - start) for start, end in transcript.introns if start < pos <= end]
    if inside:
        if inside[0] <= CANONICAL:
            return "canonical"
        return "near" if inside[0] <= NEAR_INTRON else "deep_intronic"
    if not transcript.start < pos <= transcript.end:
        return "deep_intronic"
    edges = [distance for start, end in transcript.introns for distance in (start - pos, pos - end - 1)]
    return "near" if any(0 <= distance < NEAR_EXON for distance in edges) else "exonic"


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


def probability(
    numbers: Mapping[str, float],
    variant: Variant,
    transcript: Transcript,
    genome: Genome,
    moved: int = 0,
    prior: float = EVEN,
) -> tuple[float, tuple[str, ...]] | None:
    """The calibrated probability from all models that scored a variant, and their names; None without a score.

    numbers: ``<model>_<track>`` to value, from ``landfall.splicing.score_rows.pivot``; moved: as in
    :func:`region_of`; prior: the share of such variants that affect splicing.
    """
    evidence = {
        f"{model}.{name}": numbers[column]
        for model in frozenset().union(*combinations())
        for name in (evidence.partition(".")[2] for evidence in evidence_names(model))
        if (column := f"{model}_{TRACK}{name}") in numbers
    }
    combination = for_models({name.partition(".")[0] for name in evidence})
    if combination is None:
        return None
    evidence[BRANCH] = branch_point.lost(variant, transcript, genome)
    return combination.probability(evidence, region_of(variant, transcript, moved), prior), combination.models
