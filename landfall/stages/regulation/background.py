"""The background variants with which a network's tracks are compared, and their windows."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from landfall.regulation import background, windows
from landfall.regulation.scoring import write
from landfall.stages.job import Job, OnReference

log = logging.getLogger(__name__)

SECTIONS = (
    "regulation.models.{track_model}",
    "regulation.models.{track_model}.shards",
    "regulation.flank",
    "regulation.background",
)
UNTRACKED = ("regulation.max_variants",)
"""The number of windows depends on the number of background variants."""


@dataclass(frozen=True, kw_only=True)
class Inputs(OnReference):
    """``model``: the description of the network."""

    model: Path


@dataclass(frozen=True)
class Outputs:
    """tables.TRACK_PLACEMENTS of the background."""

    placements: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    wanted, name, reference = job.settings.regulation, job.wildcards["track_model"], inputs.reference
    placed = background.draw(
        reference.transcripts,
        reference.genome,
        windows.rules(job.settings, name, inputs.model),
        count=wanted.background.variants,
        flank=wanted.flank,
        seed=wanted.background.seed,
        shards=wanted.model(name).shards,
    )
    if len(placed) < wanted.background.variants:
        log.warning(
            "%d of %d background variants found with a window of known sequence",
            len(placed),
            wanted.background.variants,
        )
    write(placed, outputs.placements)
