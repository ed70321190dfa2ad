"""Genes and transcripts: coding frame, positions and names in the transcript (HGVS c. and p.)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Transcript:
    """One transcript. Exons are 0-based half-open and ascending on the contig, whatever the strand.

    ``cds_start``/``cds_end`` bound the coding sequence on the contig, stop codon included; None if non-coding.
    """

    gene: str
    gene_id: str
    transcript: str
    chrom: str
    strand: str
    exons: tuple[tuple[int, int], ...]
    cds_start: int | None = None
    cds_end: int | None = None
    biotype: str = ""
    tag: str = ""
    representative: bool = False

    @property
    def start(self) -> int:
        """0-based start on the contig."""
        return self.exons[0][0]

    @property
    def end(self) -> int:
        """End on the contig, half-open."""
        return self.exons[-1][1]

    @cached_property
    def introns(self) -> tuple[tuple[int, int], ...]:
        """0-based half-open, ascending on the contig."""
        return tuple((left[1], right[0]) for left, right in zip(self.exons, self.exons[1:], strict=False))
