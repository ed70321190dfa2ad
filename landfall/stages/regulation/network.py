"""Verification of the weights of a regulatory track model, and its description."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from landfall.config.regulation import TrackModelSettings
from landfall.io import parquet
from landfall.io.text import write_text
from landfall.regulation import network
from landfall.regulation.availability import info_of
from landfall.regulation.tables import TARGETS
from landfall.stages.job import Job

log = logging.getLogger(__name__)


SECTIONS = ("regulation.models.{track_model}",)


@dataclass(frozen=True)
class Inputs:
    """The weights with the files beside them, and the table of E-values."""

    weights: tuple[Path, ...]
    e_values: Path | None


@dataclass(frozen=True)
class Outputs:
    """The description of the network as JSON, and tables.TARGETS."""

    model: Path
    targets: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    own = job.settings.regulation.model(job.wildcards["track_model"])
    check_network(own, outputs.model, outputs.targets)


def check_network(settings: TrackModelSettings, output: Path, targets_path: Path) -> None:
    """model.json and tables.TARGETS."""
    known, model = network.checked(settings)
    rows = [network.target_row(target, number) for number, target in enumerate(model.targets)] or [
        network.unnamed(number) for number in range(known.tracks)
    ]
    parquet.write(TARGETS, parquet.from_rows(TARGETS, rows), targets_path)
    write_text(network.write(known), output)
    log.info(
        "%s: %d tracks, weights %s (SHA-256 %s)",
        info_of(settings).title,
        known.tracks,
        settings.weights,
        known.sha256,
    )
