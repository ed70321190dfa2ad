"""Faults of a cluster, each brought about on a real SLURM: the rows of docs/faults.md that name this file.

One run meets them one after another, so that the whole takes minutes; ``make slurm-test`` runs it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.workflow.runner import (
    DYSF_ALONE,
    Run,
    assert_same_results,
    finished,
    merged,
    model,
    prepare,
    quick_config,
    running,
    same_bytes,
    snakemake,
    wait_for,
)
from tests.workflow.scheduler import (
    THROUGH_SLURM,
    ask,
    find_node,
    freeze,
    job_of,
    lose_node,
    running_jobs,
    told,
)

pytestmark = pytest.mark.cluster

CONFIG = merged(
    quick_config(),
    {"models": model(shards=4), "resources_per_job": {"score": {"mem_mb": 1500, "runtime": 60}}},
)


@dataclass(frozen=True)
class Disturbed:
    """A run that met faults, and the SLURM job that met each."""

    run: Run
    cancelled: str
    hanging: str
    lost: str


def log_of(folder: Path, shard: int) -> Path:
    return folder / "work" / "logs" / "demo" / "scoring" / f"spliceai.{shard}.log"


@pytest.fixture(scope="module")
def disturbed(cluster: None, tmp_path_factory: pytest.TempPathFactory, spliceai_weights: Path) -> Disturbed:
    """One job is cancelled, one hangs until its time is over, and the node is lost while a third still runs."""
    folder = prepare(tmp_path_factory.mktemp("disturbed"), CONFIG, DYSF_ALONE)
    log = folder / "first.log"
    with running(folder, *THROUGH_SLURM) as run:
        first, second, third = (
            wait_for(lambda shard=shard: job_of(log_of(folder, shard)), run, log) for shard in (1, 2, 3)
        )
        freeze(third)
        freeze(second)
        ask("scontrol", "update", f"JobId={second}", "TimeLimit=1")
        ask("scancel", first)
        wait_for(lambda: told(second, "JobState") == "TIMEOUT", run, log)
        wait_for(lambda: all(_completed(folder, shard) for shard in (1, 2, 4)), run, log)
        lose_node(third)
        wait_for(lambda: told(third, "JobState") == "NODE_FAIL", run, log)
        find_node()
        assert run.wait(timeout=900) == 0, log.read_text()[-6000:]
    return Disturbed(Run(folder, 0, log.read_text()), first, second, third)


def _completed(folder: Path, shard: int) -> bool:
    """Whether the job that last wrote a shard's log has ended well."""
    job = job_of(log_of(folder, shard))
    return bool(job) and told(job, "JobState") == "COMPLETED"


def assert_told(disturbed: Disturbed, job: str, state: str) -> None:
    """SLURM ended the job so, and the run said it."""
    assert told(job, "JobState") == state
    said = rf"SLURM-job '{job}' failed(?: due to a node failure)?, SLURM status is: '{state}'"
    assert re.search(said, disturbed.run.output)


def test_a_cancelled_job_is_sent_again_with_more_memory_and_time(disturbed: Disturbed) -> None:
    assert_told(disturbed, disturbed.cancelled, "CANCELLED")
    again = job_of(log_of(disturbed.run.folder, 1))
    assert again != disturbed.cancelled
    for field, first, second in (("TimeLimit", "01:00:00", "02:00:00"), ("MinMemoryNode", "1500M", "3000M")):
        assert (told(disturbed.cancelled, field), told(again, field)) == (first, second)
    assert told(again, "JobState") == "COMPLETED"


def test_a_job_that_hangs_ends_at_its_limit_and_is_sent_again(disturbed: Disturbed) -> None:
    assert_told(disturbed, disturbed.hanging, "TIMEOUT")
    again = job_of(log_of(disturbed.run.folder, 2))
    assert told(again, "JobState") == "COMPLETED"


def test_what_ran_on_a_lost_node_is_sent_again(disturbed: Disturbed) -> None:
    assert_told(disturbed, disturbed.lost, "NODE_FAIL")
    assert told(job_of(log_of(disturbed.run.folder, 3)), "JobState") == "COMPLETED"


def test_after_all_that_the_results_are_those_of_an_undisturbed_run(disturbed: Disturbed, dysf: Run) -> None:
    assert_same_results(disturbed.run, dysf)


def test_a_job_that_takes_more_memory_than_it_asked_for_is_sent_again_with_more(
    cluster: None, dysf: Run, tmp_path: Path
) -> None:
    asked = {"models": model(shards=1), "resources_per_job": {"score": {"mem_mb": 500, "runtime": 60}}}
    folder = prepare(tmp_path, merged(quick_config(), asked), DYSF_ALONE)
    run = finished(folder, *THROUGH_SLURM, "--until", "merge")
    failed = re.findall(r"SLURM-job '(\d+)' failed, SLURM status is: '(\w+)'", run.output)
    print(failed)
    assert failed
    assert {told(job, "MinMemoryNode") for job, _ in failed} <= {"500M", "1000M"}
    again = job_of(log_of(folder, 1))
    assert told(again, "MinMemoryNode") in ("1000M", "1500M")
    for name in ("scores.parquet", "probabilities.parquet"):
        place = Path("work", "demo", "spliceai", name)
        assert same_bytes(folder / place, dysf.folder / place)


def test_jobs_that_outlive_their_run_are_cancelled_by_name_and_the_next_run_ends_the_same(
    cluster: None, dysf: Run, tmp_path: Path
) -> None:
    """SIGKILL of snakemake: its jobs of SLURM go on, as docs/faults.md says."""
    folder = prepare(tmp_path, CONFIG, DYSF_ALONE)
    with running(folder, *THROUGH_SLURM) as run:
        wait_for(lambda: job_of(log_of(folder, 1)), run, folder / "first.log")
    left = running_jobs()
    assert left, "no job outlived the run"
    found = re.search(r"SLURM run ID: (\S+)", (folder / "first.log").read_text())
    assert found is not None
    ask("scancel", "--name", found[1])
    assert "--unlock" in snakemake(folder, *THROUGH_SLURM).output
    finished(folder, "--unlock")
    assert {told(job, "JobState") for job in left} <= {"CANCELLED", "COMPLETED"}
    assert_same_results(finished(folder, *THROUGH_SLURM), dysf)
