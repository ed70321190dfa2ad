"""The variant filters."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.genome.intervals import Regions, bed_regions, gene_regions
from landfall.genome.reference import Reference
from landfall.genome.sequence import Genome
from landfall.io import columns, parquet
from landfall.io.external_sort import ExternalSort
from landfall.io.text import read_json
from landfall.io.threads import in_order
from landfall.regulation.availability import kept_flank
from landfall.stages.job import Job, OnReference
from landfall.variants import alleles as variants_alleles
from landfall.variants import known_sites
from landfall.variants.filters import exemptions, frequency, pipeline
from landfall.variants.filters.judging import Filtered
from landfall.variants.filters.location import Places
from landfall.variants.population_frequency import Sources
from landfall.variants.precomputed_scores import Precomputed
from landfall.variants.tables import DECISIONS, NORMALISED, VARIANTS

log = logging.getLogger(__name__)


SECTIONS = ("sample", "filter", "genome.build", "evidence.clinvar")
UNTRACKED = ("regulation",)
"""The flank of regulatory track models is a parameter of the rule: it depends on which of them run."""


@dataclass(frozen=True, kw_only=True)
class Inputs(OnReference):
    """``alleles``: tables.NORMALISED; ``resolved``: the values resolved from the sample's inputs.

    ``known`` and ``lists`` are files that the configuration and the sample sheet name.
    """

    alleles: Path
    resolved: Path
    known: tuple[Path, ...] = ()
    lists: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Outputs:
    """tables.VARIANTS of the alleles that pass, tables.DECISIONS of the others."""

    variants: Path
    decisions: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    filter_alleles(
        job.settings,
        job.sample,
        read_json(inputs.resolved),
        inputs.reference,
        inputs.alleles,
        outputs.variants,
        outputs.decisions,
        job.threads,
    )


def filter_alleles(
    settings: Settings,
    sample: Sample,
    resolved: Mapping[str, Any],
    reference: Reference,
    alleles: Path,
    variants: Path,
    decisions: Path,
    threads: int = 2,
) -> None:
    """The alleles that pass the variant filters, and the decisions on the others.

    The table is read in batches. Alleles that pass every filter but the one on frequency are stored; then the files of
    frequencies are read once for all of them. threads: batches processed in parallel beside the one being read.
    """
    places = _places(settings, sample, resolved, reference)
    covered = settings.filter.frequency.population_coverage_bed
    source = Sources(settings.filter.frequency, _bed(covered, reference.genome) if covered else None)
    with (
        ExternalSort(variants.parent) as spool,
        parquet.TableWriter(DECISIONS, decisions) as dropped,
        parquet.TableWriter(VARIANTS, variants) as kept,
    ):
        left = _screen(settings, places, reference.genome, alleles, spool, dropped, threads)
        log.info("%d alleles dropped, %d frequencies to look up", dropped.rows, len(left))
        found = source.look_up(left, reference.genome)
        scores = _scores(settings, reference.genome)
        for result in _limit(settings, source, found, scores, spool, threads):
            dropped.add_table(_arrow(result.decisions, DECISIONS))
            kept.add_table(_arrow(result.alleles, VARIANTS))
    log.info("%d alleles dropped, %d pass", dropped.rows, kept.rows)


def _screen(
    settings: Settings,
    places: Places,
    genome: Genome,
    alleles: Path,
    spool: ExternalSort,
    dropped: parquet.TableWriter,
    threads: int,
) -> known_sites.Alleles:
    """Store the alleles that pass every filter but the one on frequency; returns them for the look-up."""
    parts: list[tuple[np.ndarray, pa.Array, pa.Array]] = []

    def work(part: pa.Table) -> Filtered:
        return pipeline.screen(part, settings.filter, places, genome, settings.genome.build)

    for result in in_order(work, parquet.parts(NORMALISED, alleles), threads):
        dropped.add_table(_arrow(result.decisions, DECISIONS))
        place = variants_alleles.places(result.alleles, genome)
        parts.append((place, *(columns.arrow(result.alleles[name]) for name in ("ref", "alt"))))
        spool.add(pa.Table.from_pandas(result.alleles, SCREENED, preserve_index=False), place)
    places_of, refs, alts = zip(*parts, strict=True)
    return known_sites.Alleles(np.concatenate(places_of), pa.concat_arrays(refs), pa.concat_arrays(alts))


SCREENED = pa.schema(
    [
        *NORMALISED.schema,
        *(
            VARIANTS.schema.field(name)
            for name in ("genes", *exemptions.CLASSIFICATION, "clinvar_null_alleles", "filter_exempted")
        ),
    ]
)
"""Columns of the stored alleles."""


def _limit(
    settings: Settings,
    source: Sources,
    found: pd.DataFrame,
    scores: Precomputed | None,
    spool: ExternalSort,
    threads: int,
) -> Iterator[Filtered]:
    """The filters on frequency, stretch by stretch; ``found``: frequencies of all stored alleles, in the same order."""

    def work(part: tuple[pa.Table, pd.DataFrame]) -> Filtered:
        alleles = part[0].to_pandas(types_mapper={pa.string(): columns.TEXT}.get)
        complete = source.complete(alleles, part[1].reset_index(drop=True))
        return frequency.limit(alleles, complete, settings.filter, settings.genome.build, scores)

    def parts() -> Iterator[tuple[pa.Table, pd.DataFrame]]:
        first = 0
        for stretch in spool.stretches():
            yield stretch, found.iloc[first : first + stretch.num_rows]
            first += stretch.num_rows

    return in_order(work, parts(), threads)


def _scores(settings: Settings, genome: Genome) -> Precomputed | None:
    given = settings.filter.precomputed_scores
    return Precomputed(given.vcf, genome, given.min_delta, given.max_af) if given.vcf else None


def _arrow(rows: pd.DataFrame, table: parquet.Table) -> pa.Table:
    return pa.Table.from_pandas(rows[table.names], table.schema, preserve_index=False)


def _places(settings: Settings, sample: Sample, resolved: Mapping[str, Any], reference: Reference) -> Places:
    """The candidate genes, or all, within the BED file if there is one; the BED file alone if no gene is given."""
    limits, genome = settings.filter, reference.genome
    bed = _bed(sample.regions, genome) if sample.regions else None
    if resolved["genes"] is None and bed is not None:
        regions, within = bed, None
    else:
        flank = kept_flank(settings.filter.gene_flank, settings.regulation)
        genes = gene_regions(reference.transcripts, resolved["genes"], flank)
        regions, within = Regions(genes), bed
    excluded = [
        replace(region, gene=path.name)
        for path in limits.exclude
        for region in bed_regions(path, genome.aliases)
    ]
    clinvar = settings.evidence.clinvar
    return Places(
        regions,
        within,
        Regions(excluded) if excluded else None,
        exemptions.read_alleles(limits.blacklist, genome) if limits.blacklist else None,
        exemptions.read_classified(clinvar, genome) if clinvar else None,
    )


def _bed(path: Path, genome: Genome) -> Regions:
    return Regions(bed_regions(path, genome.aliases))
