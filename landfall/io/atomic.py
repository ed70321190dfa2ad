"""Atomic writes: a file gets its name when it is complete, also under concurrent writers."""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """A scratch file beside ``path`` to write; it is renamed to ``path`` at the end, and removed if the block fails.

    Its name is unique to the writer: two writers of the same file (a job of an earlier run that is still running, and
    the same job of the next one) do not interfere. The data are flushed to the disk before the renaming. Raises
    FileExistsError for a device, a pipe or a folder, which no file may replace.
    """
    if path.exists() and not path.is_file():
        raise FileExistsError(errno.EEXIST, "it exists, and is not a file", str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.partial")
    try:
        yield scratch
        _to_disk(scratch)
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    """Flush to the disk; a full disk or an exceeded quota raises an error here at the latest."""
    with path.open("rb") as handle:
        os.fsync(handle.fileno())
