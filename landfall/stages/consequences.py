"""What changed splice sites make of mRNA and protein."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from landfall import consequences, ranking, site_strength, tables
from landfall.genes import GeneIndex, Transcript
from landfall.genome import Genome
from landfall.laying import Layer
from landfall.models import maxentscan
from landfall.models.maxentscan import MaxEntScan
from landfall.settings import Settings
from landfall.stages.common import Reference
from landfall.windows import Variant

log = logging.getLogger(__name__)


def run(
    settings: Settings,
    reference: Reference,
    scores: Sequence[Path],
    probabilities: Sequence[Path],
    output: Path,
) -> None:
    """tables.OUTCOMES: what each scored variant does, by the probabilities of the first model.

    Of a gene the transcript that was scored comes first, then the other coding ones that hold the variant: the
    probabilities are those of the first, beyond whose ends the model saw N.
    """
    limits = outcome_settings(settings)
    off = settings.maxentscan_off
    tables_of_sites = maxentscan.load(settings.maxentscan) if settings.maxentscan and not off else None
    kept = {
        ranking.key_of(row): row
        for path in probabilities[:1]
        for row in tables.read(tables.PROBABILITIES, path).to_pylist()
    }
    scored = dict.fromkeys(
        ranking.key_of(row)
        for row in tables.read(tables.SCORES, scores[0]).to_pylist()
        if row["status"] == "scored"
    )
    index, layer = GeneIndex(reference.transcripts), Layer(reference.genome, reference.transcripts)
    rows: list[dict[str, Any]] = []
    for key in scored:
        variant, transcript = Variant(*key[:4]), reference.by_name[key[0], key[4], key[5]]
        row = kept.get(key, {"start": variant.start, **NO_CHANGE})
        around = consequences.SiteProbabilities.of(row["start"], row)
        gene = [t for t in index.gene(transcript.gene) if t.chrom == transcript.chrom]
        exons = frozenset(exon for t in gene for exon in t.exons)
        moved = layer.moved(variant, transcript)
        for each in [transcript, *others(transcript, gene, variant)]:
            outcomes = consequences.predict_outcomes(
                variant, each, around, reference.genome, limits, exons, moved
            )
            rows += [
                _row(outcome, variant, each, reference.genome, tables_of_sites, moved) for outcome in outcomes
            ]
    tables.write(tables.OUTCOMES, tables.from_rows(tables.OUTCOMES, rows), output, tables.metadata(scores[0]))
    log.info("%d outcomes of %d scored variants", len(rows), len(scored))


def _row(
    outcome: consequences.Outcome,
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
    """The coding transcripts of the gene, beside the scored one, that hold the whole variant; by place, then name."""
    held = [t for t in gene if t.coding and t.start <= variant.start and variant.end <= t.end]
    return [t for t in held if t.strand == scored.strand and t.transcript != scored.transcript]


def outcome_settings(settings: Settings) -> consequences.OutcomeSettings:
    """The settings of the configuration, the others at their defaults."""
    return consequences.OutcomeSettings(**asdict(settings.consequences))


NO_CHANGE: Mapping[str, Any] = {"ref_acceptor": [0], "ref_donor": [0], "alt_acceptor": [0], "alt_donor": [0]}
"""Stands for the probabilities of a variant that changes too little for them to be kept."""
