"""Check the weights of a network of tracks, and write down what it is."""

from __future__ import annotations

import logging
from pathlib import Path

from landfall import tables, track_model
from landfall.regulation_settings import TrackModelSettings
from landfall.stages.common import write_text
from landfall.track_settings import info_of

log = logging.getLogger(__name__)


def run(settings: TrackModelSettings, output: Path, targets_path: Path) -> None:
    """model.json and tables.TARGETS."""
    known, model = track_model.checked(settings)
    rows = [track_model.target_row(target, number) for number, target in enumerate(model.targets)] or [
        track_model.unnamed(number) for number in range(known.tracks)
    ]
    tables.write(tables.TARGETS, tables.from_rows(tables.TARGETS, rows), targets_path)
    write_text(track_model.write(known), output)
    log.info(
        "%s: %d tracks, weights %s (SHA-256 %s)",
        info_of(settings).title,
        known.tracks,
        settings.weights,
        known.sha256,
    )
