"""What a job asks of a cluster follows from the model and from the bases its shard has to compute."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from landfall import costs, tables
from landfall.models import catalogue


def windows(path: Path, *rows: tuple[int, int]) -> Path:
    """tables.WINDOWS with a shard and its work in each row."""
    blank = {c.name: "" if "string" in str(c.type) else 1 for c in tables.WINDOWS.columns}
    made = [blank | {"window": n, "shard": shard, "work": work} for n, (shard, work) in enumerate(rows)]
    tables.write(tables.WINDOWS, tables.from_rows(tables.WINDOWS, made), path)
    return path


def test_the_work_of_a_shard_is_that_of_its_windows(tmp_path: Path) -> None:
    path = windows(tmp_path / "windows.parquet", (1, 20_000), (1, 5_000), (3, 7_000))
    assert [costs.work_of(path, shard) for shard in (1, 2, 3)] == [25_000, 0, 7_000]
    windows(path, (1, 9))
    os.utime(path, (1, 1))
    assert costs.work_of(path, 1) == 9


@pytest.mark.parametrize("model", catalogue.MODELS)
def test_every_model_has_a_cost_and_more_work_asks_for_more_time(model: str) -> None:
    little, much, more = (costs.minutes(model, work) for work in (0, 10**9, 2 * 10**9))
    assert little == costs.LEAST_MINUTES <= much < more
    assert costs.megabytes(model, 0) >= costs.MEASURED[model].peak
    assert costs.megabytes(model, 1) > costs.megabytes(model, 0)


def test_a_job_has_several_times_as_long_as_it_was_measured_to_take() -> None:
    cost = costs.MEASURED["spliceai"]
    seconds = cost.start + 500 * cost.per_million
    assert costs.minutes("spliceai", 500_000_000) * 60 == pytest.approx(costs.SLOWER * seconds, rel=0.02)
