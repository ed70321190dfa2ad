"""Fixtures that every test may use."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from landfall.models.info import WeightsError
from landfall.models.registry import splice_model
from landfall.models.weights import fetching

ROOT = Path(__file__).resolve().parents[1]
# Two threads that wait for one another on a busy machine take many times as long as one.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Nor is an example that waits for a busy machine a fault.
hypothesis.settings.register_profile("landfall", deadline=None)
hypothesis.settings.load_profile("landfall")

SHARED = ROOT.parent / "shared" / "data"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test marked gpu where torch finds none."""
    if item.get_closest_marker("gpu"):
        import torch  # seconds that no other test waits for

        if not torch.cuda.is_available():
            pytest.skip("torch finds no GPU here")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of shared public data beside the project; skips the test where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"shared public data not found at {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def spliceai_weights() -> Path:
    """SpliceAI's five networks, fetched once from the package index; skips the test where they are unavailable."""
    directory = ROOT / "resources" / "weights" / splice_model("spliceai").info.name
    try:
        fetching.fetch(splice_model("spliceai").info, directory)
    except WeightsError as error:
        pytest.skip(f"SpliceAI's weights are unavailable: {error}")
    return directory


@pytest.fixture(scope="session")
def spliceai_gene_tables(spliceai_weights: Path) -> Path:
    """The folder of the original tool's grch37.txt and grch38.txt, which come with its weights."""
    return spliceai_weights


@pytest.fixture
def small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A file system of the size that the test is parametrised with; skips the test where none can be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={request.param}", "tmpfs", str(disk)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root can mount a small file system")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)
