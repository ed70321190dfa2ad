"""Predicted outcomes of changed splice sites on mRNA and protein."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from landfall.config.sections import Settings
from landfall.genome import variant as genome_variant
from landfall.genome.reference import Reference
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import GeneIndex, Transcript
from landfall.genome.variant import Key, Variant
from landfall.io import parquet
from landfall.models.splice import maxentscan
from landfall.models.splice.maxentscan import MaxEntScan
from landfall.splicing import score_rows
from landfall.splicing.outcomes import site_strength
from landfall.splicing.outcomes.predict import Outcome, outcome_settings, predict_outcomes
from landfall.splicing.outcomes.sites import OutcomeSettings, SiteProbabilities
from landfall.splicing.probability import calibration
from landfall.splicing.site_alignment import SiteAlignment
from landfall.splicing.tables import OUTCOMES, PROBABILITIES, SCORES
from landfall.stages.job import Job, OnReference

log = logging.getLogger(__name__)


SECTIONS = ("consequences", "maxentscan", "maxentscan_off")


@dataclass(frozen=True, kw_only=True)
class Inputs(OnReference):
    """tables.SCORES and tables.PROBABILITIES of each model; ``maxentscan``: the files of its tables."""

    scores: tuple[Path, ...]
    probabilities: tuple[Path, ...]
    maxentscan: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Outputs:
    """tables.OUTCOMES."""

    outcomes: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    predict_consequences(
        job.settings, inputs.reference, inputs.scores, inputs.probabilities, outputs.outcomes
    )


def predict_consequences(
    settings: Settings,
    reference: Reference,
    scores: Sequence[Path],
    probabilities: Sequence[Path],
    output: Path,
) -> None:
    """tables.OUTCOMES: the outcomes of each scored variant, by the probabilities of the first model, or those of the
    next that explain a change where splicing is probably affected and the first one's do not.

    Of a gene the transcript that was scored comes first, then the other coding ones that contain the variant: the
    probabilities are those of the first, beyond whose ends the input is N.
    """
    off = settings.maxentscan_off
    tables_of_sites = maxentscan.load(settings.maxentscan) if settings.maxentscan and not off else None
    predictor = _Predictor(
        reference, outcome_settings(settings), [_by_key(path) for path in probabilities], scores
    )
    scored = dict.fromkeys(
        genome_variant.key_of(row)
        for row in parquet.read(SCORES, scores[0]).to_pylist()
        if row["status"] == "scored"
    )
    rows: list[dict[str, Any]] = []
    for key in scored:
        for each, moved, outcomes in predictor.of(key):
            variant = Variant(*key[:4])
            rows += [
                _row(outcome, variant, each, reference.genome, tables_of_sites, moved) for outcome in outcomes
            ]
    parquet.write(OUTCOMES, parquet.from_rows(OUTCOMES, rows), output, parquet.metadata(scores[0]))
    log.info("%d outcomes of %d scored variants", len(rows), len(scored))


def _by_key(path: Path) -> dict[Key, SiteProbabilities]:
    """The probabilities of a model by allele, gene and transcript."""
    rows = parquet.read(PROBABILITIES, path).to_pylist()
    return {genome_variant.key_of(row): SiteProbabilities.of(row["start"], row) for row in rows}


@dataclass(frozen=True)
class _Predictor:
    """The outcomes of the alleles of a sample. kept: the probabilities of each model; scores: tables.SCORES of each."""

    reference: Reference
    limits: OutcomeSettings
    kept: Sequence[Mapping[Key, SiteProbabilities]]
    scores: Sequence[Path]

    @cached_property
    def numbers(self) -> Mapping[Key, dict[str, Any]]:
        """The scores of the alleles with kept probabilities; no other allele has an event."""
        with_events = frozenset().union(*self.kept)
        rows = (row for path in self.scores for row in parquet.read(SCORES, path).to_pylist())
        return score_rows.pivot([row for row in rows if genome_variant.key_of(row) in with_events])

    @cached_property
    def index(self) -> GeneIndex:
        return GeneIndex(self.reference.transcripts)

    @cached_property
    def layer(self) -> SiteAlignment:
        return SiteAlignment(self.reference.genome, self.reference.transcripts)

    def of(self, key: Key) -> Iterator[tuple[Transcript, int, list[Outcome]]]:
        """The outcomes on each transcript, with the alignment of the allele."""
        variant, scored = Variant(*key[:4]), self.reference.by_name[key[0], key[4], key[5]]
        gene = [t for t in self.index.gene(scored.gene) if t.chrom == scored.chrom]
        exons = frozenset(exon for t in gene for exon in t.exons)
        moved = self.layer.moved(variant, scored)
        seen = [kept[key] for kept in self.kept if key in kept]
        first = self.kept[0].get(key, SiteProbabilities.of(variant.start, NO_CHANGE))
        probability = self._probability(key, variant, scored, moved)

        def predicted(by: SiteProbabilities, on: Transcript, p: float | None = None) -> list[Outcome]:
            return predict_outcomes(variant, on, by, self.reference.genome, self.limits, exons, moved, p)

        outcomes = predicted(first, scored, probability)
        if (probability or 0.0) >= self.limits.call_probability:
            found = (outcomes, *(predicted(by, scored, probability) for by in seen if by is not first))
            outcomes = next((each for each in found if not each[-1].called), outcomes)
        yield scored, moved, outcomes
        for other in others(scored, gene, variant):
            yield other, moved, predicted(first, other)

    def _probability(self, key: Key, variant: Variant, transcript: Transcript, moved: int) -> float | None:
        """The calibrated probability that splicing is affected, at the prior of its coefficients."""
        genome = self.reference.genome
        found = calibration.probability(self.numbers.get(key, {}), variant, transcript, genome, moved)
        return found[0] if found else None


def _row(
    outcome: Outcome,
    variant: Variant,
    transcript: Transcript,
    genome: Genome,
    sites: MaxEntScan | None,
    moved: int,
) -> dict[str, Any]:
    """A row of tables.OUTCOMES; sites: tables of strengths, None where they are switched off."""
    row = outcome.row()
    if sites is None:
        return row
    return row | site_strength.strengths(row, variant, transcript.forward, genome, sites, moved)


def others(scored: Transcript, gene: Iterable[Transcript], variant: Variant) -> list[Transcript]:
    """The other coding transcripts of the gene that contain the whole variant; by position, then name."""
    held = [t for t in gene if t.coding and t.start <= variant.start and variant.end <= t.end]
    return [t for t in held if t.strand == scored.strand and t.transcript != scored.transcript]


NO_CHANGE: Mapping[str, Any] = {"ref_acceptor": [0], "ref_donor": [0], "alt_acceptor": [0], "alt_donor": [0]}
"""The probabilities of a variant whose changes are too small to be stored."""
