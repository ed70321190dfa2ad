"""RT-PCR assays for the leading candidates."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landfall.config.sections import Settings
from landfall.genome import variant as genome_variant
from landfall.genome.reference import Reference
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import allele_of, by_key
from landfall.io import parquet
from landfall.io.text import write_tsv
from landfall.ranking.acmg import assess
from landfall.ranking.rows import PrioritisedRow
from landfall.ranking.tables import PRIORITISED
from landfall.splicing.outcomes.transcript import Edit
from landfall.splicing.rows import OutcomeRow
from landfall.splicing.rtpcr import assay
from landfall.splicing.site_alignment import SiteAlignment
from landfall.splicing.tables import ASSAYS, OUTCOMES
from landfall.stages.job import Job, OnReference
from landfall.variants import known_sites, population_frequency
from landfall.variants.tables import NORMALISED

log = logging.getLogger(__name__)


Stretch = tuple[str, int, int]


SECTIONS = ("assay", "evidence.top", "filter.frequency.population_vcf", "filter.frequency.population_fields")


@dataclass(frozen=True, kw_only=True)
class Inputs(OnReference):
    """tables.PRIORITISED, tables.OUTCOMES, tables.NORMALISED; ``sites``: VCF of population frequencies."""

    prioritised: Path
    outcomes: Path
    alleles: Path
    sites: Path | None = None


@dataclass(frozen=True)
class Outputs:
    """tables.ASSAYS as Parquet and as text."""

    table: Path
    text: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    design_assays(
        job.settings,
        inputs.reference,
        inputs.prioritised,
        inputs.outcomes,
        inputs.alleles,
        outputs.table,
        outputs.text,
    )


def design_assays(
    settings: Settings,
    reference: Reference,
    prioritised: Path,
    outcomes: Path,
    alleles: Path,
    output: Path,
    tsv: Path,
) -> None:
    """tables.ASSAYS as Parquet and as text; ``alleles``: all alleles of the patient (tables.NORMALISED)."""
    rows = parquet.rows(PRIORITISED, parquet.read(PRIORITISED, prioritised))
    predicted = by_key(parquet.rows(OUTCOMES, parquet.read(OUTCOMES, outcomes)))
    cases = [
        (
            row,
            predicted[genome_variant.key_of(row)],
            reference.by_name[row["chrom"], row["gene"], row["transcript"]],
        )
        for row in assess.leading(rows, settings.evidence.top)
        if assay.called_changes(predicted.get(genome_variant.key_of(row), []))
    ]
    known = _known(settings, reference, list(_stretches(cases)), alleles)
    layer = SiteAlignment(reference.genome, reference.transcripts)
    found: list[dict[str, Any]] = []
    for row, changes, transcript in cases:
        variant = allele_of(row)
        edit = Edit(reference.genome, variant, layer.moved(variant, transcript))
        positions = known.get(row["chrom"], set())
        found += assay.assays(row, changes, transcript, edit, settings.assay, positions)
    table = parquet.from_rows(ASSAYS, found)
    write_tsv(table, tsv)
    parquet.write(ASSAYS, table, output, parquet.metadata(outcomes))
    log.info(
        "%d candidates with a called outcome, %d primer pairs",
        len(cases),
        sum(r["status"] == "designed" for r in found),
    )


def _stretches(cases: Iterable[tuple[PrioritisedRow, Sequence[OutcomeRow], Transcript]]) -> Iterable[Stretch]:
    """Where primers may lie: contig, 0-based start, end."""
    for row, outcomes, transcript in cases:
        for outcome in assay.called_changes(outcomes):
            for start, end in assay.primer_stretches(transcript, outcome):
                yield row["chrom"], start, end


def _known(
    settings: Settings, reference: Reference, stretches: Sequence[Stretch], alleles: Path
) -> dict[str, set[int]]:
    """1-based positions by contig that the patient's alleles or known common ones change."""
    around = pd.DataFrame(
        [(chrom, start + 1, "N" * (end - start)) for chrom, start, end in stretches],
        columns=["chrom", "pos", "ref"],
    )
    changed = _of_the_patient(alleles, stretches)
    path, least = settings.filter.frequency.population_vcf, settings.assay.avoid_frequency
    if path is not None and stretches:
        fields = population_frequency.fields_of(path, settings.filter.frequency.population_fields)
        search = known_sites.stretches(around, known_sites.contig_names(path), margin=0)
        for near in known_sites.read_near(path, search, reference.genome):
            common = population_frequency.read(near, fields)["popmax_af"] >= least
            changed = pd.concat([changed, near[common][["chrom", "pos", "ref"]]])
    known: dict[str, set[int]] = {}
    for chrom, pos, ref in changed.itertuples(index=False):
        known.setdefault(chrom, set()).update(range(pos, pos + len(ref)))
    return known


def _of_the_patient(path: Path, stretches: Sequence[Stretch]) -> pd.DataFrame:
    """chrom, pos, ref of the alleles that the patient carries in the stretches."""
    whole = parquet.read(NORMALISED, path, ["chrom", "pos", "ref", "zygosity"])
    missing = pc.is_in(whole["zygosity"], value_set=pa.array(["absent", "uncalled"]))
    carried = whole.filter(pc.invert(missing))
    after = pc.add(carried["pos"], pc.utf8_length(carried["ref"]))
    parts = [carried.slice(0, 0)]
    for chrom, start, end in stretches:
        touches = pc.and_(pc.less_equal(carried["pos"], end), pc.greater(after, start + 1))
        parts.append(carried.filter(pc.and_(touches, pc.equal(carried["chrom"], chrom))))
    return pd.concat([part.select(["chrom", "pos", "ref"]).to_pandas() for part in parts]).drop_duplicates()
