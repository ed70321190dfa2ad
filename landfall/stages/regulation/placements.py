"""The windows of a regulatory track model, assigned to jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from landfall.genome.reference import Reference
from landfall.regulation import windows
from landfall.regulation.scoring import keys, write
from landfall.stages.job import Job, OnReference

SECTIONS = ("regulation.models.{track_model}.shards",)


@dataclass(frozen=True, kw_only=True)
class Inputs(OnReference):
    """tables.TRACK_PLACEMENTS of the patient."""

    placements: Path


@dataclass(frozen=True)
class Outputs:
    """tables.TRACK_PLACEMENTS of those with a window, assigned to shards."""

    placements: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    shards = job.settings.regulation.model(job.wildcards["track_model"]).shards
    gather_placements(shards, inputs.reference, [inputs.placements], outputs.placements)


def gather_placements(shards: int, reference: Reference, placements: Sequence[Path], output: Path) -> None:
    """tables.TRACK_PLACEMENTS of those with a window, of one or more patients, each once, assigned to shards."""
    found = {
        tuple(keys(placement).values()): placement
        for path in placements
        for placement in windows.read(path, reference)
        if placement.start is not None
    }
    contigs = {name: number for number, name in enumerate(reference.genome.lengths)}
    ordered = sorted(found.items(), key=lambda pair: (contigs[pair[1].variant.chrom], pair[0][1:]))
    write(windows.assign_windows([placement for _, placement in ordered], shards), output)
