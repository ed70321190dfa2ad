"""Loss of the branch point of an intron, from its motif alone.

The human branch point is, in most introns, an A 18 to 44 bases upstream of the acceptor (Mercer et al., Genome Res
25:290, 2015; Leman et al., BMC Genomics 21:86, 2020) within the motif yUnAy (Gao et al., Nucleic Acids Res 36:2257,
2008). A match of its U or its A is 2 points, of a pyrimidine 1.
"""

from __future__ import annotations

from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant

NEAREST, FARTHEST = 18, 44
"""Distances of the branch A from the first base of the exon."""
MOTIF: tuple[tuple[str, int], ...] = (("CT", 1), ("T", 2), ("ACGT", 0), ("A", 2), ("CT", 1))
BEFORE, BEHIND = 3, 1
"""Bases of the motif on either side of the A."""


def lost(variant: Variant, transcript: Transcript, genome: Genome) -> float:
    """Points by which the best motif of an intron falls, 0 (no loss) to 6; the most of all introns."""
    return max((_fall(variant, transcript, intron, genome) for intron in transcript.introns), default=0.0)


def _fall(variant: Variant, transcript: Transcript, intron: tuple[int, int], genome: Genome) -> float:
    """The fall of one intron, 0-based half-open."""
    start, end = intron
    if transcript.forward:
        first, last = end - FARTHEST - BEFORE, end - NEAREST + 1 + BEHIND
    else:
        first, last = start + NEAREST - 1 - BEHIND, start + FARTHEST + BEFORE
    if variant.end <= first or variant.start >= last or first < start or last > end:
        return 0.0
    if variant.start < start or variant.end > end:
        return 0.0
    anchor = end if transcript.forward else start
    ref = genome.fetch(variant.chrom, start, end)
    at = variant.start - start
    alt = ref[:at] + variant.alt + ref[at + len(variant.ref) :]
    # the acceptor's end stays in place, so that bases are counted from there
    if transcript.forward:
        before, after = (text[first - anchor : last - anchor] for text in (ref, alt))
    else:
        before, after = (reverse_complement(text[first - anchor : last - anchor]) for text in (ref, alt))
    return max(0.0, float(best(before) - best(after)))


def best(sequence: str) -> int:
    """The most points of a motif in a sequence, 5' to 3'; 0 where it is shorter."""
    width = len(MOTIF)
    return max((_points(sequence[i : i + width]) for i in range(len(sequence) - width + 1)), default=0)


def _points(bases: str) -> int:
    return sum(points for base, (allowed, points) in zip(bases, MOTIF, strict=True) if base in allowed)
