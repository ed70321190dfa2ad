"""The normalised representation of an allele: left-aligned and parsimonious."""

from __future__ import annotations

from landfall.genome.hgvs.dna import shift, trim
from landfall.genome.sequence import Genome
from landfall.genome.variant import Variant


def spelling(chrom: str, pos: int, ref: str, alt: str, genome: Genome) -> Variant:
    """An allele left-aligned and trimmed, an insertion or deletion with the base before it, as by bcftools norm."""
    change = shift(trim(pos, ref, alt), chrom, genome, right=False)
    if change.ref and change.alt:
        return Variant(chrom, change.start + 1, change.ref, change.alt)
    if change.start == 0:  # no base precedes the contig's first; the base after the change is the anchor
        after = genome.fetch(chrom, change.end, change.end + 1)
        return Variant(chrom, 1, change.ref + after, change.alt + after)
    before = genome.fetch(chrom, change.start - 1, change.start)
    return Variant(chrom, change.start, before + change.ref, before + change.alt)
