"""A real run through SLURM: tests/slurm/cluster.sh makes this machine a cluster with two fake GPUs.

``make slurm-test`` runs it.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
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
)
from tests.workflow.scheduler import THROUGH_SLURM, told

pytestmark = pytest.mark.cluster

TWO_MODELS = {
    "models": [*model(shards=2), *model(name="cispliceai", shards=2)],
    "resources_per_job": {"score": {"mem_mb": 1500, "gpu": 1}},
}


@dataclass(frozen=True)
class Job:
    """What SLURM tells of a job that ran a model: its GPU as the job saw it, and when it ran."""

    model: str
    number: int
    gpu: str
    start: datetime
    end: datetime

    def beside(self, other: Job) -> bool:
        """Whether both ran at once; SLURM counts in whole seconds."""
        return self.start < other.end and other.start < self.end


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory, spliceai_weights: Path) -> Run:
    """The run that SLURM's has to equal."""
    folder = prepare(tmp_path_factory.mktemp("local"), merged(quick_config(), TWO_MODELS), DYSF_ALONE)
    return finished(folder)


def jobs_of(folder: Path) -> list[Job]:
    """The jobs that ran a model, by their own logs and SLURM's records."""
    found = []
    for path in sorted((folder / "work" / "logs" / "demo" / "scoring").glob("*.[0-9]*.log")):
        said = re.search(r"SLURM job (\d+) on \S+, GPUs: (\S+)", path.read_text())
        assert said is not None, path
        start, end = (datetime.fromisoformat(told(said[1], name)) for name in ("StartTime", "EndTime"))
        found.append(Job(path.name.split(".")[0], int(said[1]), said[2], start, end))
    return found


def test_a_cluster_gives_the_same_bytes_and_never_two_jobs_on_one_gpu(
    cluster: None, local: Run, tmp_path: Path
) -> None:
    begun = time.monotonic()
    run = finished(prepare(tmp_path, merged(quick_config(), TWO_MODELS), DYSF_ALONE), *THROUGH_SLURM)
    jobs = jobs_of(run.folder)
    for job in jobs:
        print(job.number, job.model, "GPU", job.gpu, f"{job.start:%X} to {job.end:%X}")
    print(f"{time.monotonic() - begun:.0f} s in all, {run.output.count('has been submitted')} jobs of SLURM")
    assert_same_results(local, run)
    assert [job.model for job in jobs] == ["cispliceai"] * 2 + ["spliceai"] * 2
    assert {job.gpu for job in jobs} == {"0", "1"}
    together = [(one, other) for one, other in combinations(jobs, 2) if one.beside(other)]
    assert all(one.gpu != other.gpu for one, other in together)
    assert any(one.model != other.model for one, other in together)
