"""One process per GPU: a job takes a free one by a lock on a file, which the system frees when the job ends, however.

Snakemake counts the GPUs of a workstation but tells no job which one is its own. A scheduler does, by
``CUDA_VISIBLE_DEVICES``; only what that shows is taken, and each of its jobs has locks of its own, because the same
number may then mean another GPU.
"""

from __future__ import annotations

import fcntl
import logging
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO
from urllib.parse import quote

log = logging.getLogger(__name__)


class DeviceError(Exception):
    """A device that was asked for and is not there, or does not hold the work."""


SECONDS_BETWEEN_LOOKS = 0.2
_held: list[tuple[int, IO[str]]] = []
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
    """The index of a GPU that no other job has; waits until there is one. The process keeps it until it ends.

    names: of the GPUs. locks: folder of a lock file for each.
    """
    if _held:
        return _held[0][0]
    locks.mkdir(parents=True, exist_ok=True)
    waiting = False
    while True:
        for index, name in enumerate(names):
            handle = _locked(locks / f"{quote(name, safe='')}.lock")
            if handle is not None:
                _held.append((index, handle))
                log.info("GPU %s, number %d of %d here", name, index + 1, len(names))
                return index
        if not waiting:
            log.info("waiting for one of %d GPUs: other jobs hold them", len(names))
        waiting = True
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _locked(path: Path) -> IO[str] | None:
    """The file, locked; None if another process has it."""
    handle = path.open("a")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle
