"""Calibrated probability that a variant affects splicing, from the splice models of a run combined.

Two logistic models, one for deep introns (region ``deep_intronic``) and one for all other regions, the latter with an
offset for each region of the transcript, on the evidence of :mod:`landfall.models.splice.evidence` and

    branch   of the sequence alone: points by which an intron's branch point falls
             (:mod:`landfall.splicing.probability.branch_point`); not in deep introns

No weight is negative: a larger change never makes an effect less probable. The probability lies between ``floor`` and
1 - ``floor``, the share of measured outcomes that no score explains, and is that of a set of variants of which half
affect splicing; another prior moves its log-odds (:func:`at_prior`). The coefficients (``calibration.json``) come from
``python -m benchmarks.calibrate fit``, one set for every combination of models, with their training data in the file;
scores do not depend on them. The probability of *an effect on splicing* is not one of disease.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from landfall.genome.hgvs.dna import trim
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.registry import splice_model
from landfall.models.splice.evidence import TRACK
from landfall.splicing.probability import branch_point
from landfall.splicing.site_alignment import usual_cut

COEFFICIENTS = Path(__file__).with_name("calibration.json")

EVEN = 0.5
"""The prior of the stored coefficients: the share of variants that affect splicing."""

REGIONS = ("canonical", "near", "exonic", "deep_intronic")
CANONICAL, NEAR_EXON, NEAR_INTRON = 2, 3, 50
"""Bases from an exon's edge: canonical dinucleotide of the intron; exonic and intronic bases of the region ``near``."""
PARTS: Mapping[str, tuple[str, ...]] = {"exon": REGIONS[:3], "deep": REGIONS[3:]}
"""The two models, each with its regions."""
BRANCH = "motif.branch"
"""Evidence of the sequence, which every combination of models has."""


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

    def probability(self, evidence: Mapping[str, float], region: str) -> float:
        """Probability at the prior EVEN that splicing is affected, 0 to 1.

        Raises KeyError if evidence of a model is missing.
        """
        part = self.parts[part_of(region)]
        odds = part.regions[region]
        odds += sum(weight * evidence[name] for name, weight in part.weights.items())
        return self.floor + (1 - 2 * self.floor) * logistic(odds)


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

    The bases are the changed ones, of an insertion or deletion those of its alignment, ``moved`` bases right of
    :func:`landfall.splicing.site_alignment.usual_cut`; for an insertion the two flanking ones, beside an exon the
    exonic one, as the intron's dinucleotide stays intact. Bases outside the transcript count as deep intronic.
    """
    start, end = changed_bases(variant)
    change = trim(variant.pos, variant.ref, variant.alt)
    by = usual_cut(variant) + moved - change.start if change.movable else 0
    bases = range(start + by, end + by + 1)
    exonic = [pos for pos in bases if transcript.offset(pos) is not None]
    places = [_place(transcript, pos) for pos in (exonic or bases if not change.ref else bases)]
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


def probability(
    numbers: Mapping[str, float],
    variant: Variant,
    transcript: Transcript,
    genome: Genome,
    moved: int = 0,
) -> tuple[float, tuple[str, ...]] | None:
    """The calibrated probability from all models that scored a variant, and their names; None without a score.

    numbers: ``<model>_<track>`` to value, from ``landfall.splicing.score_rows.pivot``; moved: as in
    :func:`region_of`.
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
    return combination.probability(evidence, region_of(variant, transcript, moved)), combination.models
