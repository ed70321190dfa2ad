"""Interpretation of the leading variants by all regulatory track models."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from landfall.io.parquet import concat
from landfall.regulation.tables import (
    REGULATION_ATTRIBUTION,
    REGULATION_BINS,
    REGULATION_MUTAGENESIS,
    REGULATION_STRETCHES,
)
from landfall.stages.job import Job

EXPLAINED = {
    "bins": REGULATION_BINS,
    "attribution": REGULATION_ATTRIBUTION,
    "stretches": REGULATION_STRETCHES,
    "mutagenesis": REGULATION_MUTAGENESIS,
}
"""Interpretations of a variant: name of an output to its table."""
SECTIONS = ()


@dataclass(frozen=True)
class Inputs:
    """The tables of EXPLAINED by network."""

    bins: tuple[Path, ...]
    attribution: tuple[Path, ...]
    stretches: tuple[Path, ...]
    mutagenesis: tuple[Path, ...]


@dataclass(frozen=True)
class Outputs:
    """The tables of EXPLAINED."""

    bins: Path
    attribution: Path
    stretches: Path
    mutagenesis: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    for name, table in EXPLAINED.items():
        concat(table, getattr(inputs, name), getattr(outputs, name))
