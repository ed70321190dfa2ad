"""The kinds of alleles in the call set, contig by contig, with the ratios that indicate the quality of the calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from landfall.report import formatting

KINDS = ("alleles", "substitutions", "insertions", "deletions", "others")


@dataclass(frozen=True)
class CallsetRow:
    """One contig, or all of them together: its counts of KINDS; a ratio is a dash where its denominator is 0."""

    chrom: str
    counts: tuple[str, ...]
    ti_tv: str
    het_hom: str


def lines(callset: pa.Table) -> list[CallsetRow]:
    """All contigs together, then each; none for a call set without alleles."""
    if not callset.num_rows:
        return []
    total = {name: pc.sum(callset[name]).as_py() for name in callset.column_names if name != "chrom"}
    return [_line({"chrom": "all", **total}), *map(_line, callset.to_pylist())]


def _line(row: Mapping[str, Any]) -> CallsetRow:
    counts = tuple(formatting.count(row[name]) for name in KINDS)
    ti_tv = _ratio(row["transitions"], row["transversions"])
    return CallsetRow(row["chrom"], counts, ti_tv, _ratio(row["heterozygous"], row["homozygous"]))


def _ratio(these: int, those: int) -> str:
    return formatting.score(these / those if those else None)
