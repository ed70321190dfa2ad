"""The annotated VCF."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from landfall.genome.sequence import Genome
from landfall.io import parquet
from landfall.ranking import annotated_vcf
from landfall.ranking.tables import PRIORITISED
from landfall.stages.job import Job
from landfall.variants.tables import VARIANTS

SECTIONS = ("models",)


@dataclass(frozen=True)
class Inputs:
    """tables.VARIANTS and tables.PRIORITISED."""

    variants: Path
    prioritised: Path
    fasta: Path


@dataclass(frozen=True)
class Outputs:
    """The annotated VCF and its index."""

    vcf: Path
    index: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    note = " ".join(f"{m.name}:D={m.distance},mask=0" for m in job.settings.models)
    rows = parquet.rows(PRIORITISED, parquet.read(PRIORITISED, inputs.prioritised))
    variants = parquet.read(VARIANTS, inputs.variants).to_pylist()
    fields = annotated_vcf.fields_of([model.name for model in job.settings.models])
    sample, genome = job.wildcards["sample"], Genome(inputs.fasta)
    annotated_vcf.write(variants, rows, genome, sample, note, outputs.vcf, fields)
