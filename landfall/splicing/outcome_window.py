"""The window in which an allele's outcomes are determined: wide enough for the exons and introns around it.

Delta scores are those within the configured distance D. An outcome also depends on splice sites beyond D, of which
nothing would be known: whether the other end of an exon is still recognised, which site an intron is joined to. An
allele with a considerable delta score is therefore scored a second time as far as those sites, at most LONGEST bases
away. Probabilities do not depend on the window, as each has the model's whole context in either.
"""

from __future__ import annotations

from collections.abc import Iterator

from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant

LONGEST = 4_999
"""Most bases on either side of an allele, those of the largest distance D."""
MARGIN = 2
"""Bases beyond a site: an insertion at an exon's edge has its site on the adjacent base."""


def sites_around(variant: Variant, transcript: Transcript) -> Iterator[int]:
    """0-based exon bases at the splice sites of the exons and introns around a variant.

    These are the exon with the variant, or those on either side of its intron, and the facing edges of the next exons:
    the sites that skipping, retention and moved edges use.
    """
    exons = transcript.exons
    first = max((n for n, (start, _) in enumerate(exons) if start <= variant.start), default=0)
    last = min((n for n, (_, end) in enumerate(exons) if end >= variant.end), default=len(exons) - 1)
    first, last = min(first, last), max(first, last)
    for number in range(max(first - 1, 0), min(last + 2, len(exons))):
        start, end = exons[number]
        if number >= first and number > 0:
            yield start
        if number < min(last + 1, len(exons) - 1):
            yield end - 1


def distance_needed(variant: Variant, transcript: Transcript, distance: int) -> int:
    """Bases on either side of the variant's first base that hold its :func:`sites_around`, ``distance`` at least.

    A site further away than LONGEST is out of reach and widens no window.
    """
    needed = (abs(site - variant.start) + MARGIN for site in sites_around(variant, transcript))
    return max([distance, *(bases for bases in needed if bases <= LONGEST)])
