"""The annotated VCF."""

from __future__ import annotations

from pathlib import Path

from landfall import annotated, tables
from landfall.genome import Genome
from landfall.settings import Sample, Settings


def run(
    settings: Settings, sample: Sample, fasta: Path, variants: Path, prioritised: Path, output: Path
) -> None:
    """The annotated VCF and its index."""
    note = " ".join(f"{m.name}:D={m.distance},mask=0" for m in settings.models)
    rows = tables.read(tables.PRIORITISED, prioritised).to_pylist()
    annotated.write(
        tables.read(tables.VARIANTS, variants).to_pylist(), rows, Genome(fasta), sample.name, note, output
    )
