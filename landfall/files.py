"""What a file is before it is read: there, compressed, whole or cut short, and what its VCF header says."""

from __future__ import annotations

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

_CONTIG = re.compile(rb"##contig=<(?:.*,)?ID=([^,>]+)")
_LENGTH = re.compile(rb"[<,]length=(\d+)")
_INFO = re.compile(rb"##INFO=<(?:.*,)?ID=([^,>]+)")


class BrokenFileError(Exception):
    """A file that cannot be read to its end."""


@dataclass(frozen=True)
class VcfHeader:
    """What a VCF declares (a contig without a stated length has None), and whether any record follows."""

    contigs: dict[str, int | None]
    info: frozenset[str]
    samples: tuple[str, ...]
    has_records: bool


def compression(path: Path) -> str:
    """``plain``, ``gzip`` or ``bgzip``, by the first bytes."""
    with path.open("rb") as handle:
        head = handle.read(18)
    if head[:2] != b"\x1f\x8b":
        return "plain"
    return "bgzip" if len(head) == 18 and head[3] & 4 and head[12:14] == b"BC" else "gzip"


def problem(path: Path) -> Problem | None:
    """Why a file cannot be used, as far as a glance tells: absent, a folder, unreadable, empty, cut short."""
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


def read_through(path: Path) -> None:
    """Decompress a file to its end. Raises BrokenFileError."""
    with opened(path) as handle:
        while handle.read(1 << 20):
            pass


def vcf_header(path: Path) -> VcfHeader:
    """The header of a VCF (plain, gzip, bgzip) or BCF. Raises BrokenFileError if there is none."""
    with opened(path) as handle:
        if handle.read(3) == b"BCF":
            return _bcf_header(path)
    lines, columns, first = [], b"", b""
    with opened(path) as handle:
        for line in handle:
            if not line.startswith(b"##"):
                columns, first = line, handle.readline()
                break
            lines.append(line)
    return _header(lines, columns.decode("utf-8", "replace").rstrip("\r\n").split("\t"), bool(first.strip()))


def _bcf_header(path: Path) -> VcfHeader:
    import pysam

    try:
        with pysam.VariantFile(str(path)) as variants:
            lines = str(variants.header).encode().splitlines()
            has_records = next(iter(variants), None) is not None
    except (OSError, ValueError) as error:
        raise BrokenFileError(f"is no readable BCF: {error}") from error
    return _header(lines[:-1], lines[-1].decode().split("\t"), has_records)


def _header(lines: Sequence[bytes], columns: Sequence[str], has_records: bool) -> VcfHeader:
    if columns[0] != "#CHROM" or len(columns) < 8:
        raise BrokenFileError("has no '#CHROM' line with its eight columns, so it is no VCF")
    contigs: dict[str, int | None] = {}
    for line in lines:
        if found := _CONTIG.match(line):
            length = _LENGTH.search(line)
            contigs[found[1].decode()] = int(length[1]) if length else None
    info = frozenset(found[1].decode() for line in lines if (found := _INFO.match(line)))
    return VcfHeader(contigs, info, tuple(columns[9:]), has_records)


def record_contigs(path: Path) -> Iterator[str]:
    """The contigs of a VCF's records in their order, each once in a row. Raises BrokenFileError."""
    last = b""
    with opened(path) as handle:
        for line in handle:
            contig = line.split(b"\t", 1)[0]
            if contig != last and not line.startswith(b"#") and line.strip():
                last = contig
                yield contig.decode("utf-8", "replace")
