"""The declarations of a VCF header."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from landfall.io.files import LATIN1, BrokenFileError, opened

MOST_ALTERNATES = 10_000
"""Largest number of alternate alleles of a record; a record with more is a population's list and is not read."""
VCF_COLUMNS = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO")
_CONTIG = re.compile(rb"##contig=<(?:.*,)?ID=([^,>]+)")
_LENGTH = re.compile(rb"[<,]length=(\d+)")
_DATE = re.compile(rb"##fileDate=\s*(\S+)", re.IGNORECASE)
_INFO = re.compile(rb"##INFO=<(?:.*,)?ID=([^,>]+)")


@dataclass(frozen=True)
class VcfHeader:
    """The declarations of a VCF (contig length None where not declared), and whether any record follows.

    ``line``: 1-based, of its '#CHROM' line; 0 of a BCF, which has no lines. ``date``: of ##fileDate,
    empty if absent.
    """

    contigs: dict[str, int | None]
    info: frozenset[str]
    samples: tuple[str, ...]
    has_records: bool
    line: int
    date: str = ""


def vcf_header(path: Path) -> VcfHeader:
    """The header of a VCF (plain, gzip, bgzip) or BCF; blank lines are passed over.

    Bytes that are not UTF-8 are read as Latin-1. Raises BrokenFileError if there is no header, or its columns are
    ambiguous.
    """
    with opened(path) as handle:
        if is_bcf(handle):
            return _bcf_header(path)
        if wrong := _encoding_problem(handle):
            raise BrokenFileError(wrong)
        lines, columns, number = [], "", 0
        for number, line in enumerate(handle, 1):  # noqa: B007 (used below)
            if line.startswith(b"##"):
                lines.append(line)
            elif line.strip():
                columns = line.decode("utf-8", LATIN1).rstrip("\r\n")
                break
        has_records = any(line.strip() for line in handle)
    return _header(lines, columns.split("\t"), has_records, number)


def _encoding_problem(handle: BinaryIO) -> str:
    """Why the text of a VCF cannot be read, by its first bytes, to which the file is rewound; empty if it can."""
    first = handle.read(3)
    handle.seek(0)
    if first == codecs.BOM_UTF8:
        return (
            "begins with a byte order mark, which VCF does not allow: remove it (sed '1s/^\\xEF\\xBB\\xBF//')"
        )
    if first[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "is text in UTF-16: save it as UTF-8 without a byte order mark"
    return ""


def is_bcf(handle: BinaryIO) -> bool:
    """Whether decompressed bytes are a BCF; the file is rewound to its start."""
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
        raise BrokenFileError(f"is not a readable BCF: {error}") from error
    return _header(lines[:-1], lines[-1].decode().split("\t"), has_records, 0)


def _header(lines: Sequence[bytes], columns: Sequence[str], has_records: bool, line: int) -> VcfHeader:
    if columns[0] != "#CHROM" or len(columns) < 8:
        raise BrokenFileError("has no '#CHROM' line with its eight tab-separated columns, so it is not a VCF")
    if wrong := _column_problem(columns):
        raise BrokenFileError(f"line {line}: {wrong}" if line else wrong)
    contigs: dict[str, int | None] = {}
    for text in lines:
        if found := _CONTIG.match(text):
            length = _LENGTH.search(text)
            contigs[found[1].decode("utf-8", LATIN1)] = int(length[1]) if length else None
    info = frozenset(found[1].decode("utf-8", LATIN1) for text in lines if (found := _INFO.match(text)))
    dates = (found[1].decode("utf-8", LATIN1) for text in lines if (found := _DATE.match(text)))
    return VcfHeader(contigs, info, tuple(columns[9:]), has_records, line, next(dates, ""))


def _column_problem(columns: Sequence[str]) -> str:
    """The fault of the '#CHROM' line's column names; empty if there is none."""
    for number, name in enumerate((*VCF_COLUMNS, "FORMAT")[: len(columns)], 1):
        if columns[number - 1] != name:
            return f"column {number} is {columns[number - 1]!r}, where a VCF has {name}"
    samples = columns[9:]
    for number, name in enumerate(samples, 10):
        if not name.strip():
            return f"column {number}, of a sample, has no name: add one"
        if name in samples[: number - 10]:
            first = samples.index(name) + 10
            return f"sample {name} is named twice, in columns {first} and {number}: use unique names"
    return ""


def record_contigs(path: Path) -> Iterator[str]:
    """The contigs of a VCF's records in their order, consecutive repeats left out. Raises BrokenFileError."""
    last = b""
    with opened(path) as handle:
        for line in handle:
            contig = line.split(b"\t", 1)[0]
            if contig != last and not line.startswith(b"#") and line.strip():
                last = contig
                yield contig.decode("utf-8", LATIN1)
