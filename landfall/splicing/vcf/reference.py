"""The reference that ``landfall splice`` is given: whether it is one, and its indices."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pysam

from landfall.io import atomic, files
from landfall.io.files import BrokenFileError

log = logging.getLogger(__name__)


def problem_of(path: Path) -> str | None:
    """Why a file is no FASTA that can be read at any place, as far as its first bytes tell."""
    if problem := files.problem(path):
        return files.in_words(problem)
    if files.compression(path) == "gzip":
        return (
            "is compressed by gzip, which cannot be read at any place; decompress it, or compress it by bgzip"
        )
    with files.opened(path) as handle:
        return None if handle.read(1) == b">" else "is no FASTA: it does not begin with '>'"


def indexed(path: Path, scratch: Path) -> Path:
    """A FASTA with its indices beside it: the file itself, or a link in ``scratch`` where its folder takes none.

    They are made in ``scratch`` and take their names whole, as another run may look for them meanwhile. Raises
    BrokenFileError if there can be none.
    """
    if not files.missing_indices(path):
        return path
    linked = scratch / "reference" / path.name
    linked.parent.mkdir()
    linked.symlink_to(path.resolve())
    try:
        pysam.faidx(str(linked))
    except (OSError, pysam.utils.SamtoolsError) as error:
        raise BrokenFileError(f"{path}: no index can be made of it: {error}") from error
    try:
        for made in (Path(f"{linked}{suffix}") for suffix in (".gzi", ".fai")):
            if made.exists():
                with atomic.written(Path(f"{path}{made.suffix}")) as index:
                    shutil.copyfile(made, index)
    except OSError as error:
        log.info("%s: its index is made for this run alone (%s)", path, error)
        return linked
    return path
