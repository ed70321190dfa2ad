"""MaxEntScan scores, with either allele, of the splice sites that an outcome uses.

An independent measure from the bases of the motif alone: log2 likelihood ratio of true site to background.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.variant import Variant
from landfall.models.splice.maxentscan import ACCEPTOR, DONOR, MaxEntScan
from landfall.splicing.interpret.haplotypes import Haplotype

REACH = sum(ACCEPTOR + DONOR)
"""Flank of site and variant in bases, longer than any motif."""
KINDS = ("acceptor", "donor")
COLUMNS = tuple(f"{kind}_maxent_{allele}" for kind in KINDS for allele in ("ref", "alt"))
"""Columns of tables.OUTCOMES from this module."""


def strengths(
    outcome: Mapping[str, Any],
    variant: Variant,
    forward: bool,
    genome: Genome,
    tables: MaxEntScan,
    moved: int = 0,
) -> dict[str, float | None]:
    """The columns ``<kind>_maxent_ref`` and ``_alt`` of a row of tables.OUTCOMES; null for an unused site.

    forward: whether the transcript is on the + strand; moved: alignment of the variant
    (:mod:`landfall.splicing.site_alignment`).
    """
    found: dict[str, float | None] = {}
    for kind in KINDS:
        for allele, variants in (("ref", ()), ("alt", (variant,))):
            position = outcome[kind]
            copy = None if position is None else _copy(position - 1, variant, variants, genome, moved)
            score = None if copy is None else _score(kind, copy, position - 1, forward, tables)
            found[f"{kind}_maxent_{allele}"] = score
    return found


def _copy(
    base: int, variant: Variant, variants: tuple[Variant, ...], genome: Genome, moved: int
) -> Haplotype:
    """The sequence around a site (0-based exon base) and the variant, with or without the variant."""
    start, end = min(base, variant.start) - REACH, max(base + 1, variant.end) + REACH
    return Haplotype(start, genome.fetch(variant.chrom, start, end), variants, {variant: moved})


def _score(kind: str, copy: Haplotype, base: int, forward: bool, tables: MaxEntScan) -> float | None:
    """The largest score of the bases of the copy aligned to ``base``, as for probabilities; None without one."""
    sequence, places = copy.sequence, list(copy.indices(base, base + 1))
    if not forward:
        sequence, places = reverse_complement(sequence), [len(sequence) - 1 - place for place in places]
    scores = [
        tables.acceptor_at(sequence, place) if kind == "acceptor" else tables.donor_at(sequence, place + 1)
        for place in places
    ]
    return max((score for score in scores if score is not None), default=None)
