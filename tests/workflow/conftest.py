"""Runs that several tests look at, each made once."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workflow.runner import Run, demo_config, demo_row, finished, model, prepare, run_demo_gene
from tests.workflow.scheduler import CLUSTER


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, spliceai_weights: Path) -> Run:
    """The embedded demonstration, as shipped."""
    folder = tmp_path_factory.mktemp("demo")
    return finished(prepare(folder, demo_config(), demo_row()))


@pytest.fixture(scope="session")
def dysf(tmp_path_factory: pytest.TempPathFactory, spliceai_weights: Path) -> Run:
    """The demo's patient with DYSF as the only candidate gene, in four shards, undisturbed."""
    return run_demo_gene(tmp_path_factory.mktemp("dysf"), {"models": model(shards=4)})


@pytest.fixture(scope="session")
def cluster() -> Iterator[None]:
    """SLURM on this machine, started and stopped: it takes the machine's SLURM for itself."""
    if os.getuid() != 0:
        pytest.skip("only root can start SLURM")
    if not shutil.which("slurmctld"):
        pytest.skip("SLURM is not installed (make slurm-test installs Debian's)")
    subprocess.run([CLUSTER, "up"], check=True)
    yield
    subprocess.run([CLUSTER, "down"], check=True)
