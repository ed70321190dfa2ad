"""What a job asks of a cluster follows from the model and from the bases its shard has to compute."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from landfall.io import parquet
from landfall.models.registry import splice_model, track_model, track_models
from landfall.models.runtime import cost as runtime_cost
from landfall.regulation import windows as regulation_windows
from landfall.regulation.tables import TRACK_PLACEMENTS
from landfall.splicing import windows as splicing_windows
from landfall.splicing.tables import WINDOWS


def windows(path: Path, *rows: tuple[int, int]) -> Path:
    """tables.WINDOWS with a shard and its work in each row."""
    blank = {c.name: "" if "string" in str(c.type) else 1 for c in WINDOWS.columns}
    made = [blank | {"window": n, "shard": shard, "work": work} for n, (shard, work) in enumerate(rows)]
    parquet.write(WINDOWS, parquet.from_rows(WINDOWS, made), path)
    return path


def test_the_work_of_a_shard_is_that_of_its_windows(tmp_path: Path) -> None:
    path = windows(tmp_path / "windows.parquet", (1, 20_000), (1, 5_000), (3, 7_000))
    assert [splicing_windows.work_of(path, shard) for shard in (1, 2, 3)] == [25_000, 0, 7_000]
    windows(path, (1, 9))
    os.utime(path, (1, 1))
    assert splicing_windows.work_of(path, 1) == 9


def test_a_job_has_several_times_as_long_as_it_was_measured_to_take() -> None:
    cost = splice_model("spliceai").cost
    seconds = cost.start + 500 * cost.per_million
    assert runtime_cost.minutes("spliceai", 500_000_000) * 60 == pytest.approx(
        runtime_cost.SLOWER * seconds, rel=0.02
    )


def test_a_shard_of_a_network_of_tracks_reads_each_window_and_alternate_once(tmp_path: Path) -> None:
    places = [
        ("A", 1, 0, 1),  # position, gene, window, shard
        ("B", 1, 0, 1),  # the same alternate for a second gene
        ("A", 2, 0, 1),
        ("A", 9, 1, 1),
        ("A", 20, 2, 2),
    ]
    named = {"chrom": "c1", "ref": "A", "alt": "C", "transcript": "t", "tss": 5, "start": 0}
    said = {"status": "placed", "reason": "", "detail": ""}
    rows = [named | said | {"gene": g, "pos": p, "window": w, "shard": s} for g, p, w, s in places]
    refused = named | {"gene": "A", "pos": 30, "window": None, "start": None, "shard": None}
    rows.append(refused | {"status": "not_scored", "reason": "no_gene", "detail": ""})
    path = tmp_path / "placements.parquet"
    parquet.write(TRACK_PLACEMENTS, parquet.from_rows(TRACK_PLACEMENTS, rows), path)
    assert [regulation_windows.tracks_of(path, shard) for shard in (1, 2, 3)] == [(2, 3), (1, 1), (0, 0)]


@pytest.mark.parametrize("network", track_models())
def test_every_network_of_tracks_has_a_cost_and_a_gpu_is_quicker(network: str) -> None:
    cost = track_model(network).cost
    assert runtime_cost.track_minutes(network, 0, 0, 0) == runtime_cost.LEAST_MINUTES
    seconds = runtime_cost.LOADING + 9_000 * (cost.window + cost.alternate)
    minutes = runtime_cost.track_minutes(network, 9_000, 9_000, 0)
    assert minutes == pytest.approx(runtime_cost.SLOWER * seconds / 60, abs=1)
    assert runtime_cost.track_minutes(network, 9_000, 9_000, 1) < minutes / 5
    assert cost.peak <= runtime_cost.megabytes(network, 0) < runtime_cost.megabytes(network, 1)
