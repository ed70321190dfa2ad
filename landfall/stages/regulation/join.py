"""The shards of a regulatory track model joined in one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from landfall.io import parquet
from landfall.regulation.tables import TRACKS
from landfall.splicing.merge import one_record
from landfall.stages.job import Job

SECTIONS = ()


@dataclass(frozen=True)
class Inputs:
    """tables.TRACKS of each shard."""

    shards: tuple[Path, ...]


@dataclass(frozen=True)
class Outputs:
    """tables.TRACKS."""

    tracks: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    join_shards(inputs.shards, outputs.tracks)


def join_shards(shards: Sequence[Path], output: Path) -> None:
    """tables.TRACKS of all shards. Raises ShardsDifferError if their model, settings or code differ."""
    with parquet.TableWriter(TRACKS, output, one_record(shards)) as sink:
        for path in shards:
            for part in parquet.parts(TRACKS, path):
                sink.add_table(part)
