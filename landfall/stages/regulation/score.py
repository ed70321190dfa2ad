"""Score one shard with one regulatory track model."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landfall.config.regulation import TrackModelSettings
from landfall.genome.reference import Reference
from landfall.genome.sequence import Genome
from landfall.genome.tables import candidate_of
from landfall.io import parquet
from landfall.models.runtime import device as runtime_device
from landfall.models.runtime.score_cache import work_in_words
from landfall.models.tracks.base import TrackModel
from landfall.regulation import network, scoring, windows
from landfall.regulation.score_cache import TrackScoreCache, restored
from landfall.regulation.scoring import Row, keys
from landfall.regulation.tables import TRACKS
from landfall.regulation.windows import TrackPlacement
from landfall.stages.job import Job, OnReference

log = logging.getLogger(__name__)

Name = tuple[Any, ...]
"""A variant and gene, as tables.CANDIDATE names them."""
KEPT_EVERY = 600
"""Seconds after which new scores are written to the score cache."""


SECTIONS = ("regulation.models.{track_model}",)
UNTRACKED = ("score_cache",)
"""Cached scores equal computed ones."""


@dataclass(frozen=True, kw_only=True)
class Inputs(OnReference):
    """``model``: the description of the network; ``placements``: tables.TRACK_PLACEMENTS of all shards."""

    weights: tuple[Path, ...]
    model: Path
    placements: Path


@dataclass(frozen=True)
class Outputs:
    """tables.TRACKS of the shard."""

    tracks: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    score_tracks(
        job.settings.regulation.model(job.wildcards["track_model"]),
        inputs.reference,
        inputs.model,
        inputs.placements,
        int(job.wildcards["shard"]),
        job.threads,
        job.settings.score_cache,
        outputs.tracks,
    )


def score_tracks(
    settings: TrackModelSettings,
    reference: Reference,
    model: Path,
    placements: Path,
    shard: int,
    threads: int,
    cache: Path | None,
    output: Path,
) -> None:
    """tables.TRACKS of the placements of one shard. cache: folder of the score cache, None for none."""
    known = network.read(model)
    device = runtime_device.choose_device(settings.device, threads)
    mine = [p for p in windows.read(placements, reference) if p.shard == shard]
    here = runtime_device.describe_device(device)
    kept = TrackScoreCache(cache, settings, known, here) if cache else None
    rows = scored(mine, reference.genome, settings, lambda: network.load(settings, device), kept)
    record = network.record(settings, known, kept.computed_on if kept else here, threads)
    parquet.write(TRACKS, parquet.from_rows(TRACKS, rows), output, record)


def scored(
    placements: Sequence[TrackPlacement],
    genome: Genome,
    settings: TrackModelSettings,
    load: Callable[[], TrackModel],
    cache: TrackScoreCache | None,
) -> list[Row]:
    """Rows of tables.TRACKS in the order of the placements; cached scores are read from the score cache.

    New scores are written to it every KEPT_EVERY seconds, so that an interrupted job continues. load:
    returns the network, called only if scores are missing.
    """
    names = {_name(p): cache.key(genome, p) for p in placements} if cache else {}
    found = cache.read(list(names.values())) if cache else {}
    left = [p for p in placements if names.get(_name(p)) not in found]
    log.info(work_in_words(len(left), len(placements), cached=cache is not None))
    rows: dict[Name, Row] = {}
    for fresh in _in_time(scoring.score(load(), genome, settings, left)) if left else ():
        if cache:
            whole = (row for row in fresh if row["status"] == "scored")
            cache.add({"key": names[candidate_of(row)], **row} for row in whole)
        rows |= {candidate_of(row): row for row in fresh}
    return [rows[_name(p)] if _name(p) in rows else restored(found[names[_name(p)]], p) for p in placements]


def _in_time(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in groups computed within KEPT_EVERY seconds."""
    held: list[Row] = []
    since = time.monotonic()
    for row in rows:
        held.append(row)
        if time.monotonic() - since >= KEPT_EVERY:
            yield held
            held, since = [], time.monotonic()
    yield held


def _name(placement: TrackPlacement) -> Name:
    return candidate_of(keys(placement))
