"""Predicted outcomes of changed splice sites on mRNA and protein."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landfall.config.sections import Settings
from landfall.genome import variant as genome_variant
from landfall.genome.reference import Reference
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import GeneIndex, Transcript
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.models.splice import maxentscan
from landfall.models.splice.maxentscan import MaxEntScan
from landfall.splicing.outcomes import predict, site_strength
from landfall.splicing.outcomes import sites as outcomes_sites
from landfall.splicing.outcomes.predict import outcome_settings
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
    """tables.OUTCOMES: the outcomes of each scored variant, by the probabilities of the first model.

    Of a gene the transcript that was scored comes first, then the other coding ones that contain the variant: the
    probabilities are those of the first, beyond whose ends the input is N.
    """
    limits = outcome_settings(settings)
    off = settings.maxentscan_off
    tables_of_sites = maxentscan.load(settings.maxentscan) if settings.maxentscan and not off else None
    kept = {
        genome_variant.key_of(row): row
        for path in probabilities[:1]
        for row in parquet.read(PROBABILITIES, path).to_pylist()
    }
    scored = dict.fromkeys(
        genome_variant.key_of(row)
        for row in parquet.read(SCORES, scores[0]).to_pylist()
        if row["status"] == "scored"
    )
    index, layer = GeneIndex(reference.transcripts), SiteAlignment(reference.genome, reference.transcripts)
    rows: list[dict[str, Any]] = []
    for key in scored:
        variant, transcript = Variant(*key[:4]), reference.by_name[key[0], key[4], key[5]]
        row = kept.get(key, {"start": variant.start, **NO_CHANGE})
        around = outcomes_sites.SiteProbabilities.of(row["start"], row)
        gene = [t for t in index.gene(transcript.gene) if t.chrom == transcript.chrom]
        exons = frozenset(exon for t in gene for exon in t.exons)
        moved = layer.moved(variant, transcript)
        for each in [transcript, *others(transcript, gene, variant)]:
            outcomes = predict.predict_outcomes(variant, each, around, reference.genome, limits, exons, moved)
            rows += [
                _row(outcome, variant, each, reference.genome, tables_of_sites, moved) for outcome in outcomes
            ]
    parquet.write(OUTCOMES, parquet.from_rows(OUTCOMES, rows), output, parquet.metadata(scores[0]))
    log.info("%d outcomes of %d scored variants", len(rows), len(scored))


def _row(
    outcome: predict.Outcome,
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
