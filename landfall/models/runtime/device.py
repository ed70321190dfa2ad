"""What a device holds: one process per GPU, and as many sequences at once as fit into its memory.

A job takes a free GPU by a lock on a file, which the system frees when the job ends, however. Snakemake counts the GPUs
of a workstation but assigns none to a job. A scheduler does, by ``CUDA_VISIBLE_DEVICES``; only what that
shows is taken, and each of its jobs has locks of its own, because the same number may then mean another GPU.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from filelock import FileLock, Timeout

from landfall.io.errors import UserError

log = logging.getLogger(__name__)


Result = TypeVar("Result")


class DeviceError(UserError):
    """A requested device that does not exist, or whose memory is too small for the work."""


SECONDS_BETWEEN_LOOKS = 0.2
_held: list[tuple[int, FileLock]] = []
"""The GPU of this process and its lock, held until it ends."""


def folder() -> Path:
    """Where the locks lie: one folder per user and machine, and per job of a scheduler."""
    scope = [str(os.getuid()), *filter(None, [os.environ.get("SLURM_JOB_ID")])]
    return Path(tempfile.gettempdir()) / f"landfall-gpus-{'-'.join(scope)}"


def visible(count: int) -> list[str]:
    """Names of the ``count`` GPUs that torch finds, in its order: as in CUDA_VISIBLE_DEVICES, else 0, 1, 2 ..."""
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    names = [name.strip() for name in named.split(",")] if named else [str(n) for n in range(count)]
    return names[:count]


def take(names: Sequence[str], locks: Path) -> int:
    """The index of a GPU that no other job uses; waits until there is one. The process keeps it until it ends.

    names: of the GPUs. locks: folder of a lock file for each.
    """
    if _held:
        return _held[0][0]
    locks.mkdir(parents=True, exist_ok=True)
    waiting = False
    while True:
        for index, name in enumerate(names):
            lock = FileLock(locks / f"{quote(name, safe='')}.lock")
            with suppress(Timeout):
                lock.acquire(blocking=False)
                _held.append((index, lock))
                log.info("GPU %s, number %d of %d here", name, index + 1, len(names))
                return index
        if not waiting:
            log.info("waiting for one of %d GPUs: other jobs hold them", len(names))
        waiting = True
        time.sleep(SECONDS_BETWEEN_LOOKS)


SHORTAGE = re.compile(
    "out of memory|can't allocate memory|alloc_failed|bad_alloc|bad allocation", re.IGNORECASE
)
"""Messages of torch, CUDA, cuDNN and the C++ library for exhausted memory that is not a MemoryError."""


def within_memory(compute: Callable[[int], Result], batch: int) -> Result:
    """What ``compute`` makes of so many variants at once; of half as many each time memory runs out.

    Raises DeviceError if not even one fits.
    """
    while True:
        try:
            return compute(batch)
        except (MemoryError, RuntimeError) as error:
            if not (isinstance(error, MemoryError) or SHORTAGE.search(str(error))):
                raise
            message = " ".join(str(error).split())[:200]
        # The memory of the failed attempt is released only here: until then the exception refers to it.
        _forget()
        if batch == 1:
            raise DeviceError(
                f"memory does not hold a single variant ({message}): give the job more (mem_mb of resources_per_job),"
                " free the GPU of other programs (nvidia-smi lists them), or set device: cpu"
            )
        batch //= 2
        log.warning("memory ran out (%s); continuing with %d variants at once", message, batch)


def _forget() -> None:
    """Give memory that nothing holds any more back to the device."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX = -1, -2, -4
"""Names of glibc's malloc.h."""


def keep_freed_memory() -> None:
    """Let the process keep the memory it frees, so that the next layer reuses it without a system call.

    Scoring is a tenth faster with it (benchmarks/splice.py); on a C library without ``mallopt`` nothing is changed.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option, value in ((M_MMAP_MAX, 0), (M_TRIM_THRESHOLD, 2**31 - 1), (M_TOP_PAD, 64 << 20)):
            mallopt(option, value)


def choose_device(wanted: str, threads: int) -> str:
    """The device to run on, with the CPU threads set: ``auto`` takes a GPU where torch finds one.

    Of several GPUs one that no other job has becomes torch's current one; the process keeps it.
    """
    import torch

    keep_freed_memory()
    torch.set_num_threads(threads)
    if wanted == "cuda" and not torch.cuda.is_available():
        raise DeviceError(
            "the configuration asks for a GPU (device: cuda), but torch finds none; set device: cpu or auto"
        )
    if wanted == "cpu" or not torch.cuda.is_available():
        return "cpu"
    torch.cuda.set_device(take(visible(torch.cuda.device_count()), folder()))
    return "cuda"


def describe_device(device: str) -> str:
    """The device in words, with what computes the convolutions there."""
    from landfall.models.layers import dilated_convolution

    if device != "cpu":
        return device
    return "cpu, compiled convolutions" if dilated_convolution.compiled() else "cpu, convolutions by torch"
