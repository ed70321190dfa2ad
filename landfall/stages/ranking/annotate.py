"""The annotated VCF."""

from __future__ import annotations

from pathlib import Path

from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.genome.sequence import Genome
from landfall.io import parquet
from landfall.ranking import annotated_vcf
from landfall.ranking.tables import PRIORITISED
from landfall.variants.tables import VARIANTS


def run(
    settings: Settings, sample: Sample, fasta: Path, variants: Path, prioritised: Path, output: Path
) -> None:
    """The annotated VCF and its index."""
    note = " ".join(f"{m.name}:D={m.distance},mask=0" for m in settings.models)
    rows = parquet.rows(PRIORITISED, parquet.read(PRIORITISED, prioritised))
    annotated_vcf.write(
        parquet.read(VARIANTS, variants).to_pylist(), rows, Genome(fasta), sample.name, note, output
    )
