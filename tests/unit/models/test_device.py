"""Which GPU a job takes, seen in real processes that hold real locks, with GPUs that are only counted."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import torch

from landfall.models.runtime import device

JOB = """
import sys, time
from pathlib import Path
from landfall.models.runtime import device as devices
index = devices.take(sys.argv[2].split(","), Path(sys.argv[1]))
print(index, time.monotonic(), flush=True)
time.sleep(float(sys.argv[3]))
print(time.monotonic())
"""


@pytest.fixture(autouse=True)
def _own_locks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(device, "_held", [])
    monkeypatch.setattr(device.tempfile, "gettempdir", lambda: str(tmp_path))
    for name in ("CUDA_VISIBLE_DEVICES", "SLURM_JOB_ID"):
        monkeypatch.delenv(name, raising=False)
    yield
    for _, lock in device._held:
        lock.release()


def started(locks: Path, names: str, seconds: float) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", JOB, str(locks), names, str(seconds)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def ended(job: subprocess.Popen[str]) -> tuple[int, float, float]:
    """The GPU a job had, and from when to when."""
    index, begun, done = job.communicate(timeout=60)[0].split()
    return int(index), float(begun), float(done)


def test_five_jobs_share_two_gpus_and_never_one_at_once(tmp_path: Path) -> None:
    had = [ended(job) for job in [started(tmp_path, "0,1", 0.4) for _ in range(5)]]
    assert {index for index, _, _ in had} == {0, 1}
    for gpu in (0, 1):
        spans = sorted(span for index, *span in had if index == gpu)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_a_killed_job_gives_its_gpu_back(tmp_path: Path) -> None:
    first = started(tmp_path, "0", 600)
    assert first.stdout is not None
    first.stdout.readline()
    second = started(tmp_path, "0", 0)
    with pytest.raises(subprocess.TimeoutExpired):
        second.wait(timeout=1)
    first.kill()
    assert ended(second)[0] == 0
    first.communicate()


def test_only_what_the_scheduler_or_the_user_shows_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert device.visible(2) == ["0", "1"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3, GPU-7a")
    assert device.visible(2) == ["3", "GPU-7a"]
    assert device.visible(1) == ["3"]  # CUDA stops at the first name it does not know


def test_two_jobs_of_a_scheduler_do_not_wait_for_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each may see its own GPU as number 0."""
    folders = [device.folder()]
    for number in ("11", "12"):
        monkeypatch.setenv("SLURM_JOB_ID", number)
        folders.append(device.folder())
    assert len(set(folders)) == 3


def test_a_name_of_a_part_of_a_gpu_names_one_file(tmp_path: Path) -> None:
    assert device.take(["MIG-GPU-7a/1/0"], tmp_path) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["MIG-GPU-7a%2F1%2F0.lock"]


def test_the_gpu_that_is_free_becomes_torchs_current_one(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[int] = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "set_device", chosen.append)
    assert device.choose_device("cpu", 1) == "cpu"
    other = started(device.folder(), "0,1", 600)
    assert other.stdout is not None
    assert other.stdout.readline().startswith("0 ")
    try:
        assert [device.choose_device(wanted, 1) for wanted in ("auto", "cuda")] == ["cuda", "cuda"]
        assert chosen == [1, 1]  # one process keeps the one it has
    finally:
        other.kill()
        other.communicate()


SHORT = """
import logging, resource, sys
import torch
from landfall.models.runtime import device as devices
logging.basicConfig(format="%(message)s", level=logging.INFO)
with open("/proc/self/statm") as statm:
    mapped = int(statm.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (mapped + (300 << 20),) * 2)
megabytes = int(sys.argv[1])
print(devices.within_memory(lambda batch: len(torch.empty(batch, megabytes << 20, dtype=torch.uint8)), 8))
"""


def short_of_memory(megabytes: int) -> subprocess.CompletedProcess[str]:
    """Eight times so much memory in a process that may take 300 MB more, by torch itself."""
    arguments = [sys.executable, "-c", SHORT, str(megabytes)]
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


def test_where_memory_really_runs_out_half_as_many_are_tried() -> None:
    ended = short_of_memory(100)
    assert ended.stdout == "2\n", ended.stderr
    assert [line[-28:] for line in ended.stderr.splitlines()] == [
        f"continuing with {n} variants at once"[-28:] for n in (4, 2)
    ]


def test_what_fits_not_even_alone_is_told_with_what_to_do() -> None:
    ended = short_of_memory(400)
    assert ended.returncode != 0
    assert "DeviceError: memory does not hold a single variant" in ended.stderr
    assert "mem_mb of resources_per_job" in ended.stderr


@pytest.mark.parametrize(
    "error", [torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), MemoryError()]
)
def test_a_gpu_or_an_array_that_does_not_fit_is_tried_smaller(error: Exception) -> None:
    tried = []

    def compute(batch: int) -> int:
        tried.append(batch)
        if batch > 2:
            raise error
        return batch

    assert device.within_memory(compute, 7) == 1
    assert tried == [7, 3, 1]


def test_another_error_is_not_taken_for_a_lack_of_memory() -> None:
    def wrong(batch: int) -> None:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="cannot be multiplied"):
        device.within_memory(wrong, 8)
