"""Check the weights of a network of tracks, and write down what it is."""

from __future__ import annotations

import logging
from pathlib import Path

from landfall.config.regulation import TrackModelSettings
from landfall.io import parquet
from landfall.io.text import write_text
from landfall.regulation import network
from landfall.regulation.availability import info_of
from landfall.regulation.tables import TARGETS

log = logging.getLogger(__name__)


def run(settings: TrackModelSettings, output: Path, targets_path: Path) -> None:
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
