"""Call set metrics."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from landfall.io import parquet
from landfall.stages.job import Job
from landfall.variants import callset_metrics
from landfall.variants.tables import CALLSET, NORMALISED

SECTIONS = ("filter.pass_filters",)


@dataclass(frozen=True)
class Inputs:
    """tables.NORMALISED."""

    alleles: Path


@dataclass(frozen=True)
class Outputs:
    """tables.CALLSET."""

    callset: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    """The alleles are read in batches."""
    alleles = parquet.parts(NORMALISED, inputs.alleles)
    parquet.write(CALLSET, callset_metrics.count(alleles, job.settings.filter.pass_filters), outputs.callset)
