"""Whether the records of a VCF can be read at all: each with the columns that the header names.

Faults are reported with their line before any work. Invalid values of a field are not checked here: their alleles get
a rule in the ledger.
"""

from __future__ import annotations

from pathlib import Path

from landfall.io import files
from landfall.io.files import BrokenFileError
from landfall.variants.vcf_header import VcfHeader

GLANCE_BYTES = 1 << 20
"""Bytes of text that are checked while the workflow is planned."""
CLOSE_BYTES = 256 << 20
"""Bytes of text that are checked when a run starts, seconds per file; later faults are reported when read."""


def check(path: Path, header: VcfHeader, most: int) -> None:
    """Check the records against the '#CHROM' line, in the first ``most`` bytes of text; blank lines are skipped.

    A BCF is not checked. Raises BrokenFileError with the line of the first record at fault.
    """
    if not header.line:
        return
    columns = 8 + bool(header.samples) + len(header.samples)
    records, placed, first, read = 0, 0, (0, ""), 0
    with files.opened(path) as handle:
        for number, line in enumerate(handle, 1):
            read += len(line)
            if number <= header.line or not line.strip():
                continue
            if wrong := _problem(line, columns):
                raise BrokenFileError(f"line {number}: {wrong}")
            pos = line.split(b"\t", 2)[1]
            records += 1
            placed += pos.isdigit()
            first = first if first[0] else (number, pos.decode("utf-8", "replace"))
            if read > most:
                break
    if records and not placed:
        what = f"POS is {first[1]!r}, and none of the first {records} records has a position"
        raise BrokenFileError(f"line {first[0]}: {what}")


def _problem(line: bytes, columns: int) -> str:
    """Why a record cannot be read, empty if it can."""
    found = line.count(b"\t") + 1
    if line.startswith(b"#"):
        return "a header line among the records; join VCF files by bcftools concat"
    if b"\0" in line:
        return "holds NUL bytes, as an incomplete copy does"
    if found != columns:
        split = "; columns are separated by tabs" if found == 1 else ""
        return f"the record has {found} column{'s' if found > 1 else ''}, the header names {columns}{split}"
    return ""
