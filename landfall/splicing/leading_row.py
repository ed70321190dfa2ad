"""What the interpretation of a candidate and its assay take from its row of the prioritised table."""

from __future__ import annotations

from typing import TypedDict


class LeadingRow(TypedDict):
    """Columns of tables.PRIORITISED, a table of a later step; its rows have this type too."""

    rank: int
    chrom: str
    pos: int
    ref: str
    alt: str
    gene: str
    transcript: str
    zygosity: str
    flagged: bool
    splice_probability: float | None
