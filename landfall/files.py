"""What a file is before it is read: there, compressed, whole or cut short, and what its VCF header says."""

from __future__ import annotations

import codecs
import gzip
import os
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
"""The empty block that ends every complete BGZF file (SAM specification, section 4.1.2)."""

Problem = tuple[str, str]
"""What is wrong with a file, and what to do."""

LONGEST_NAME = 255
"""Bytes of a file's or folder's name that file systems allow."""
_UNUSABLE = re.compile(r"[{}\x00-\x1f\x7f]")

VCF_COLUMNS = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO")
_CONTIG = re.compile(rb"##contig=<(?:.*,)?ID=([^,>]+)")
_LENGTH = re.compile(rb"[<,]length=(\d+)")
_INFO = re.compile(rb"##INFO=<(?:.*,)?ID=([^,>]+)")


LATIN1 = "landfall_latin1"
"""Name of the way in which bytes that are not UTF-8 are read."""


def _as_latin1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(LATIN1, _as_latin1)


class BrokenFileError(Exception):
    """A file that cannot be read to its end."""


@dataclass(frozen=True)
class VcfHeader:
    """What a VCF declares (a contig without a stated length has None), and whether any record follows.

    ``line``: 1-based, of its '#CHROM' line; 0 of a BCF, which has no lines.
    """

    contigs: dict[str, int | None]
    info: frozenset[str]
    samples: tuple[str, ...]
    has_records: bool
    line: int


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
        return f"cannot be asked for: {getattr(error, 'strerror', None) or error}", "name it otherwise"
    return None


def problem(path: Path) -> Problem | None:
    """Why a file cannot be used, as far as a glance tells: absent, a folder, unreadable, empty, cut short."""
    if wrong := name_problem(path):
        return wrong
    if not path.exists():
        hint = f"paths start from the folder the run is started in, {Path.cwd()}"
        return "no such file", "" if path.is_absolute() else hint
    if path.is_dir():
        return "is a folder", "give the path of a file"
    if not os.access(path, os.R_OK):
        return "may not be read", "ask for the right to read it"
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


def vcf_header(path: Path) -> VcfHeader:
    """The header of a VCF (plain, gzip, bgzip) or BCF; blank lines are passed over.

    Bytes that are no UTF-8 count as one strange letter each. Raises BrokenFileError if there is no header, or none
    that tells which column is whose.
    """
    with opened(path) as handle:
        if is_bcf(handle):
            return _bcf_header(path)
        lines, columns, number = [], "", 0
        for number, line in enumerate(handle, 1):  # noqa: B007 (told below)
            if line.startswith(b"##"):
                lines.append(line)
            elif line.strip():
                columns = line.decode("utf-8", LATIN1).rstrip("\r\n")
                break
        has_records = any(line.strip() for line in handle)
    return _header(lines, columns.split("\t"), has_records, number)


def is_bcf(handle: BinaryIO) -> bool:
    """Whether decompressed bytes are a BCF; the file stands at its start again afterwards."""
    magic = handle.read(3)
    handle.seek(0)
    return magic == b"BCF"


def _bcf_header(path: Path) -> VcfHeader:
    import pysam

    try:
        with pysam.VariantFile(str(path)) as variants:
            lines = str(variants.header).encode().splitlines()
            has_records = next(iter(variants), None) is not None
    except (OSError, ValueError) as error:
        raise BrokenFileError(f"is no readable BCF: {error}") from error
    return _header(lines[:-1], lines[-1].decode().split("\t"), has_records, 0)


def _header(lines: Sequence[bytes], columns: Sequence[str], has_records: bool, line: int) -> VcfHeader:
    if columns[0] != "#CHROM" or len(columns) < 8:
        raise BrokenFileError("has no '#CHROM' line with its eight columns split by tabs, so it is no VCF")
    if wrong := _column_problem(columns):
        raise BrokenFileError(f"line {line}: {wrong}" if line else wrong)
    contigs: dict[str, int | None] = {}
    for text in lines:
        if found := _CONTIG.match(text):
            length = _LENGTH.search(text)
            contigs[found[1].decode("utf-8", LATIN1)] = int(length[1]) if length else None
    info = frozenset(found[1].decode("utf-8", LATIN1) for text in lines if (found := _INFO.match(text)))
    return VcfHeader(contigs, info, tuple(columns[9:]), has_records, line)


def _column_problem(columns: Sequence[str]) -> str:
    """Why the '#CHROM' line does not tell which column is whose; empty if it does."""
    for number, name in enumerate((*VCF_COLUMNS, "FORMAT")[: len(columns)], 1):
        if columns[number - 1] != name:
            return f"column {number} is {columns[number - 1]!r}, where a VCF has {name}"
    samples = columns[9:]
    for number, name in enumerate(samples, 10):
        if not name.strip():
            return f"column {number}, of a sample, has no name: give it one"
        if name in samples[: number - 10]:
            first = samples.index(name) + 10
            return f"sample {name} stands twice, in columns {first} and {number}: give each a name of its own"
    return ""


def record_contigs(path: Path) -> Iterator[str]:
    """The contigs of a VCF's records in their order, each once in a row. Raises BrokenFileError."""
    last = b""
    with opened(path) as handle:
        for line in handle:
            contig = line.split(b"\t", 1)[0]
            if contig != last and not line.startswith(b"#") and line.strip():
                last = contig
                yield contig.decode("utf-8", LATIN1)
