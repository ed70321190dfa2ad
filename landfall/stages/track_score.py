"""Score one shard with one network of tracks."""

from __future__ import annotations

from pathlib import Path

from landfall import scoring, tables, track_model, track_scoring
from landfall.stages import track_windows
from landfall.stages.common import Reference
from landfall.track_settings import TrackModelSettings


def run(
    settings: TrackModelSettings,
    reference: Reference,
    model: Path,
    placements: Path,
    shard: int,
    threads: int,
    output: Path,
) -> None:
    """tables.TRACKS of the placements of one shard."""
    known = track_model.read(model)
    device = scoring.choose_device(settings.device, threads)
    mine = [p for p in track_windows.read(placements, reference) if p.shard == shard]
    rows = []
    if mine:
        network = track_model.load(settings, device)
        rows = list(track_scoring.score(network, reference.genome, settings, mine))
    record = track_model.record(settings, known, device, threads)
    tables.write(tables.TRACKS, tables.from_rows(tables.TRACKS, rows), output, record)
