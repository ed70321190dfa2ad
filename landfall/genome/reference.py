"""The reference sequence and its transcripts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from landfall.genome.annotation import reader
from landfall.genome.sequence import Genome
from landfall.genome.tables import TRANSCRIPTS
from landfall.genome.transcripts import Transcript
from landfall.io import parquet


@dataclass(frozen=True)
class Reference:
    """The reference sequence and the transcripts on it."""

    fasta: Path
    transcripts_table: Path

    @cached_property
    def genome(self) -> Genome:
        return Genome(self.fasta)

    @cached_property
    def transcripts(self) -> list[Transcript]:
        return reader.from_table(parquet.read(TRANSCRIPTS, self.transcripts_table))

    @cached_property
    def by_name(self) -> dict[tuple[str, str, str], Transcript]:
        """By contig, gene and transcript."""
        return {(t.chrom, t.gene, t.transcript): t for t in self.transcripts}
