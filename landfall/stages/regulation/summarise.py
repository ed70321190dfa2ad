"""All regulatory track models in one table, and the choice of the variants to interpret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from landfall.genome.reference import Reference
from landfall.io import parquet
from landfall.io.parquet import concat
from landfall.regulation import summary, windows
from landfall.regulation.scoring import keys
from landfall.regulation.tables import CLASSES, REGULATION, REGULATORY
from landfall.splicing.tables import SCORES
from landfall.stages.job import Job, OnReference

SECTIONS = ("regulation.top",)


@dataclass(frozen=True, kw_only=True)
class Inputs(OnReference):
    """By network: tables.TRACK_PLACEMENTS of the patient, tables.SCORES, tables.REGULATION and tables.CLASSES."""

    placements: tuple[Path, ...]
    scores: tuple[Path, ...]
    strongest: tuple[Path, ...]
    classes: tuple[Path, ...]


@dataclass(frozen=True)
class Outputs:
    """tables.REGULATORY, tables.REGULATION and tables.CLASSES."""

    regulatory: Path
    regulation: Path
    classes: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    summarise_networks(job.settings.regulation.top, inputs.reference, vars(inputs), vars(outputs))


def summarise_networks(
    top: int,
    reference: Reference,
    sources: Mapping[str, Sequence[Path]],
    outputs: Mapping[str, Path],
) -> None:
    """Outputs regulatory, regulation and classes; sources: placements, scores, strongest and classes by network."""
    placements = {
        tuple(keys(placement).values()): placement
        for path in reversed(sources["placements"])
        for placement in windows.read(path, reference)
    }
    pairs = zip(sources["scores"], sources["strongest"], strict=True)
    networks = [
        (parquet.read(SCORES, scores), parquet.read(REGULATION, strongest)) for scores, strongest in pairs
    ]
    rows = summary.ordered(placements, networks, top)
    parquet.write(REGULATORY, parquet.from_rows(REGULATORY, rows), outputs["regulatory"])
    concat(REGULATION, sources["strongest"], outputs["regulation"])
    concat(CLASSES, sources["classes"], outputs["classes"])
