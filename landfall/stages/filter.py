"""The alleles worth scoring."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from landfall import filters, tables
from landfall.genome import Genome
from landfall.settings import Sample, Settings
from landfall.stages.common import Reference, write_decisions

log = logging.getLogger(__name__)


def run(
    settings: Settings,
    sample: Sample,
    resolved: Mapping[str, Any],
    reference: Reference,
    alleles: Path,
    variants: Path,
    decisions: Path,
) -> None:
    """The alleles worth scoring, and the reason of each that is not."""
    regions, within = _regions(settings, sample, resolved, reference)
    chosen = filters.apply(
        tables.read(tables.NORMALISED, alleles),
        settings.filter,
        regions,
        _frequencies(settings, reference.genome),
        within,
    )
    write_decisions(chosen.decisions, decisions)
    tables.write(tables.VARIANTS, chosen.variants, variants)
    log.info("%d alleles dropped, %d go on", len(chosen.decisions), chosen.variants.num_rows)


def _regions(
    settings: Settings, sample: Sample, resolved: Mapping[str, Any], reference: Reference
) -> tuple[list[filters.Region], list[filters.Region] | None]:
    """The candidate genes, or all, within the BED file if there is one; the BED file alone if no gene is named."""
    bed = filters.bed_regions(sample.regions, reference.genome.aliases) if sample.regions else None
    if resolved["genes"] is None and bed is not None:
        return bed, None
    genes = filters.gene_regions(reference.transcripts, resolved["genes"], settings.filter.gene_flank)
    return genes, bed


def _frequencies(settings: Settings, genome: Genome) -> filters.FrequencySource | None:
    frequency = settings.filter.frequency
    return filters.sites_lookup(frequency.sites, genome, frequency.sites_fields) if frequency.sites else None
