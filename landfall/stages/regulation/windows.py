"""The window of each variant for a regulatory track model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from landfall.genome.variant import allele_of
from landfall.io import parquet
from landfall.regulation import windows
from landfall.regulation.scoring import write
from landfall.stages.job import Job, OnReference
from landfall.variants.tables import VARIANTS

SECTIONS = ("regulation.models.{track_model}", "regulation.max_variants")


@dataclass(frozen=True, kw_only=True)
class Inputs(OnReference):
    """``model``: the description of the network; tables.VARIANTS of the patient."""

    model: Path
    variants: Path


@dataclass(frozen=True)
class Outputs:
    """tables.TRACK_PLACEMENTS of the patient, not assigned to shards."""

    placements: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    rows = parquet.read(VARIANTS, inputs.variants).to_pylist()
    pairs = [(allele_of(row), row["genes"].split(",") if row["genes"] else []) for row in rows]
    genes = windows.Genes(inputs.reference.transcripts)
    rules = windows.rules(job.settings, job.wildcards["track_model"], inputs.model)
    write(windows.place(pairs, genes, inputs.reference.genome, rules), outputs.placements)
