"""The reference FASTA of ``landfall splice``: its validation and its indices."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pysam

from landfall.io import atomic, files
from landfall.io.files import BrokenFileError

log = logging.getLogger(__name__)


def problem_of(path: Path) -> str | None:
    """The problem of a file that is not a FASTA with random access, from its first bytes; None if there is none."""
    if problem := files.problem(path):
        return files.in_words(problem)
    if files.compression(path) == "gzip":
        return "is compressed with gzip, which has no random access; decompress it, or compress it with bgzip"
    with files.opened(path) as handle:
        return None if handle.read(1) == b">" else "is not a FASTA: it does not begin with '>'"


def indexed(path: Path, scratch: Path) -> Path:
    """A FASTA with its indices next to it: the file itself, or a link in ``scratch`` if its folder is not writable.

    The indices are written in ``scratch`` and moved atomically, as another run may use them meanwhile. Raises
    BrokenFileError if the file cannot be indexed.
    """
    if not files.missing_indices(path):
        return path
    linked = scratch / "reference" / path.name
    linked.parent.mkdir()
    linked.symlink_to(path.resolve())
    try:
        pysam.faidx(str(linked))
    except (OSError, pysam.utils.SamtoolsError) as error:
        raise BrokenFileError(f"{path}: cannot be indexed: {error}") from error
    try:
        for made in (Path(f"{linked}{suffix}") for suffix in (".gzi", ".fai")):
            if made.exists():
                with atomic.written(Path(f"{path}{made.suffix}")) as index:
                    shutil.copyfile(made, index)
    except OSError as error:
        log.info("%s: indexed for this run only (%s)", path, error)
        return linked
    return path
