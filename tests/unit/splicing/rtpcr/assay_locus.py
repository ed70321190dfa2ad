"""A gene of seeded random sequence on either strand, and rows of the outcomes table for it.

Written along the transcript (0-based): five exons of a contig of 6,000 bases, a coding sequence from 300 to 3600. On
the - strand the whole locus is its reverse complement.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from landfall.genome.sequence import reverse_complement
from landfall.genome.tables import ALLELE
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.splicing.outcomes.transcript import Edit
from landfall.splicing.tables import OUTCOMES
from landfall.testing import builders
from landfall.testing.rows import candidate
from landfall.testing.toy_gene import MemoryGenome

LENGTH = 6_000
EXONS = ((200, 400), (1000, 1150), (1800, 1950), (2600, 2750), (3500, 3800))
VARIANT = 2150
"""The variant: a base of intron 3."""


class Locus:
    """The gene on one strand. Intervals given run along the transcript."""

    def __init__(
        self, strand: str = "+", sequence: str = "", exons: tuple[tuple[int, int], ...] = EXONS
    ) -> None:
        self.strand, self.sequence = strand, sequence or builders.bases(LENGTH, seed=1)
        forward = strand == "+"
        contig = self.sequence if forward else reverse_complement(self.sequence)
        self.genome = MemoryGenome({"chrT": contig})
        placed = exons if forward else tuple(self.on_contig(*exon) for exon in reversed(exons))
        low, high = self.on_contig(300, 3600)
        self.transcript = Transcript("GENE", "G1", "T1", "chrT", strand, placed, low, high)

    def on_contig(self, start: int, end: int) -> tuple[int, int]:
        return (start, end) if self.strand == "+" else (LENGTH - end, LENGTH - start)

    def edit(self, base: int = VARIANT) -> Edit:
        """A substitution of a base."""
        start, end = self.on_contig(base, base + 1)
        ref = self.genome.fetch("chrT", start, end)
        return Edit(self.genome, Variant("chrT", start + 1, ref, "ACGT"["CGTA".index(ref)]))

    def outcome(self, event: str, segment: tuple[int, int], gained: bool, **changes: Any) -> dict[str, Any]:
        """A called outcome; the bases gained are those of the reference."""
        start, end = self.on_contig(*segment)
        plain: dict[str, Any] = dict.fromkeys(OUTCOMES.names)
        plain |= {"outcome": 1, "event": event, "called": True, "is_gain": gained, "start": start, "end": end}
        plain |= {
            "size_nt": end - start,
            "location": "intron 3",
            "transcript_proportion": 0.9,
            "nmd": False,
            "reason": "",
        }
        plain |= {"inserted": self.sequence[segment[0] : segment[1]] if gained else None}
        plain |= {name: getattr(self.edit().variant, name) for name in ALLELE}
        return {**plain, "gene": "GENE", "transcript": "T1", **changes}

    def candidate(self, **changes: Any) -> dict[str, Any]:
        """The variant's row of the prioritised table."""
        own = {name: getattr(self.edit().variant, name) for name in ALLELE}
        return candidate(**{**own, "strand": self.strand, **changes})

    def normal(self, share: float = 0.1) -> dict[str, Any]:
        """The row of normal splicing."""
        none = {
            "start": None,
            "end": None,
            "size_nt": None,
            "transcript_proportion": share,
            "outcome": 9,
            "called": False,
        }
        return self.outcome("none", (0, 1), False, **none)

    def with_short_exon(self) -> Locus:
        """The same with 12 bases left of exon 3."""
        exons = tuple((start, start + 12) if start == 1800 else (start, end) for start, end in EXONS)
        other = Locus(self.strand, self.sequence)
        placed = tuple(sorted(self.on_contig(*exon) for exon in exons))
        other.transcript = replace(self.transcript, exons=placed)
        return other
