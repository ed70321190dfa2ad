"""Checks of a file before it is read: existence, compression, truncation."""

from __future__ import annotations

import codecs
import gzip
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from landfall.io.errors import UserError

BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
"""The empty block that ends every complete BGZF file (SAM specification, section 4.1.2)."""

Problem = tuple[str, str]
"""What is wrong with a file, and what to do."""

LONGEST_NAME = 255
"""Bytes that file systems allow in the name of a file or folder."""
_UNUSABLE = re.compile(r"[{}\x00-\x1f\x7f]")


LATIN1 = "landfall_latin1"
"""Error handler for bytes that are not UTF-8."""


def _as_latin1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(LATIN1, _as_latin1)


class BrokenFileError(UserError):
    """A file that cannot be read to its end."""


def compression(path: Path) -> str:
    """``plain``, ``gzip`` or ``bgzip``, by the first bytes."""
    with path.open("rb") as handle:
        head = handle.read(18)
    if head[:2] != b"\x1f\x8b":
        return "plain"
    return "bgzip" if len(head) == 18 and head[3] & 4 and head[12:14] == b"BC" else "gzip"


def name_problem(path: Path) -> Problem | None:
    """Why a path can name no file of a run, whether or not the file is there."""
    if _UNUSABLE.search(str(path)):
        what = "the path holds a brace, which Snakemake takes for a wildcard, or a control character"
        return what, "rename the file or folder"
    try:
        if any(len(os.fsencode(part)) > LONGEST_NAME for part in path.parts):
            return (
                f"a name of more than {LONGEST_NAME} bytes, too long for a file or folder",
                "give a shorter one",
            )
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        return f"cannot be accessed: {getattr(error, 'strerror', None) or error}", "use another name"
    return None


def problem(path: Path) -> Problem | None:
    """Why a file cannot be used, without reading it whole: absent, a folder, unreadable, empty, truncated."""
    if wrong := name_problem(path):
        return wrong
    if not path.exists():
        hint = f"relative paths start from the working directory, {Path.cwd()}"
        return "no such file", "" if path.is_absolute() else hint
    if path.is_dir():
        return "is a folder", "give the path of a file"
    if not os.access(path, os.R_OK):
        return "may not be read", "obtain read permission for it"
    if path.stat().st_size == 0:
        return "is empty", "was it copied or written to its end?"
    if compression(path) == "bgzip" and not _has_end(path):
        return "is cut short (no BGZF end block)", "copy or make it again"
    return None


def in_words(problem: Problem) -> str:
    """What is wrong with a file, and what to do if that is known."""
    return "; ".join(part for part in problem if part)


def _has_end(path: Path) -> bool:
    size = len(BGZF_END)
    if path.stat().st_size < size:
        return False
    with path.open("rb") as handle:
        handle.seek(-size, os.SEEK_END)
        return handle.read() == BGZF_END


def missing_indices(path: Path) -> list[Path]:
    """The indices of a FASTA (.fai, for bgzip .gzi as well) that are not beside it."""
    suffixes = (".fai", ".gzi") if compression(path) == "bgzip" else (".fai",)
    return [index for suffix in suffixes if not (index := Path(f"{path}{suffix}")).exists()]


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The decompressed bytes of a file. Raises BrokenFileError where reading fails."""
    opener = path.open if compression(path) == "plain" else partial(gzip.open, path)
    try:
        with opener("rb") as handle:
            yield cast(BinaryIO, handle)
    except (OSError, EOFError, zlib.error) as error:
        raise BrokenFileError(f"cannot be read to its end: {error}") from error
