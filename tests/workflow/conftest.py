"""Runs that several modules of tests share, each made once."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.workflow.runner import Run, demo_config, demo_row, finished, model, prepare, run_demo_gene
from tests.workflow.scheduler import CLUSTER


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Run]) -> Run:
    """A run that all workers of this session of tests share: the first that needs it makes it, the others wait."""
    base = factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    output = common / f"{name}.output"
    with FileLock(common / f"{name}.lock"):
        if not output.exists():
            shutil.rmtree(common / name, ignore_errors=True)
            output.write_text(make(common / name).output)
    return Run(common / name, 0, output.read_text())


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, spliceai_weights: Path) -> Run:
    """The embedded demonstration, as shipped."""
    return made_once(
        tmp_path_factory, "demo", lambda folder: finished(prepare(folder, demo_config(), demo_row()))
    )


@pytest.fixture(scope="session")
def dysf(tmp_path_factory: pytest.TempPathFactory, spliceai_weights: Path) -> Run:
    """The demo's patient with DYSF as the only candidate gene, in four shards, undisturbed, with a score cache.

    Tests copy what they change.
    """

    def make(folder: Path) -> Run:
        return run_demo_gene(folder, {"models": model(shards=4), "score_cache": str(folder / "score_cache")})

    return made_once(tmp_path_factory, "dysf", make)


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
