"""Files that take their name only when they are whole, whoever else writes them at the same time."""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """A scratch file beside ``path`` to write; it takes the name at the end, and is gone if the block fails.

    Its name is of this writer alone: two that make the same file (a job of an earlier run that still runs, and the same
    job of the next one) do not write into one another. What is renamed is on the disk, also after a loss of power.
    Raises FileExistsError for a device, a pipe or a folder, whose place no file may take.
    """
    if path.exists() and not path.is_file():
        raise FileExistsError(errno.EEXIST, "it is there, and is no file", str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.partial")
    try:
        yield scratch
        _to_disk(scratch)
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    """Wait until the disk has the bytes; a disk or quota that is full says so here at the latest."""
    with path.open("rb") as handle:
        os.fsync(handle.fileno())
